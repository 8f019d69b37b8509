//! Which formats a run writes, and where.

use std::path::PathBuf;

use fvprov::report::Format;

use super::super::Failure;

/// The formats, and where each goes; only one may go to stdout.
pub fn parse(given: &[String]) -> Result<Vec<(Format, Option<PathBuf>)>, Failure> {
    if given.is_empty() {
        return Ok(vec![(Format::Full, None)]);
    }
    let one = |text: &String| {
        let (name, file) =
            text.split_once('=').map_or((text.as_str(), None), |(name, file)| (name, Some(file.into())));
        let format = match name {
            _ if file == Some(PathBuf::new()) => {
                return Err(Failure::Unable(format!("`{text}` names no file: write {name}=FILE")));
            }
            "full" => Format::Full,
            "concise" => Format::Concise,
            "json" => Format::Json,
            _ => return Err(Failure::Unable(format!("`{name}` is no output format: full, concise or json"))),
        };
        Ok((format, file))
    };
    let outputs: Vec<_> = given.iter().map(one).collect::<Result<_, _>>()?;
    if outputs.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        return Err(Failure::Unable(
            "only one output format can go to stdout: write FORMAT=FILE for the others".into(),
        ));
    }
    Ok(outputs)
}
