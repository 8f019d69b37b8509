//! Parses `--output-format`.

use std::path::PathBuf;

use fvprov::output::findings::Format;
use fvprov::text::nearest::{did_you_mean, nearest};

use crate::cli::shared::Failure;

/// Parses `FORMAT` or `FORMAT=FILE`.
fn parse_output(text: &str) -> Result<(Format, Option<PathBuf>), Failure> {
    let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file.into())));
    if file == Some(PathBuf::new()) {
        return Err(Failure::Unable(format!("`{text}`: the file name is missing; write {name}=FILE")));
    }
    let known = Format::ALL.into_iter().find(|(word, _)| *word == name);
    known.map(|(_, format)| (format, file)).ok_or_else(|| unknown(name))
}

/// The formats, each with its output file. Only one format may be written to stdout.
pub fn parse(given: &[String]) -> Result<Vec<(Format, Option<PathBuf>)>, Failure> {
    if given.is_empty() {
        return Ok(vec![(Format::Full, None)]);
    }
    let outputs: Vec<_> = given.iter().map(|text| parse_output(text)).collect::<Result<_, _>>()?;
    if outputs.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        return Err(Failure::Unable(
            "only one output format can go to stdout: write FORMAT=FILE for the others".into(),
        ));
    }
    for (at, (_, file)) in outputs.iter().enumerate() {
        let earlier = outputs[..at].iter().any(|(_, other)| other == file);
        if let Some(file) = file.as_ref().filter(|_| earlier) {
            let why = format!("two output formats write the same file `{}`", file.display());
            return Err(Failure::Unable(why));
        }
    }
    Ok(outputs)
}

fn unknown(name: &str) -> Failure {
    let words = Format::ALL.map(|(word, _)| word);
    let near = did_you_mean(nearest(&name.to_lowercase(), words, 2).as_slice());
    Failure::Unable(format!("`{name}` is not an output format{near} ({})", words.join(", ")))
}
