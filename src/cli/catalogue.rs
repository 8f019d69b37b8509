//! The catalogue of a run: the built-in one, over it the files of `[schema] extend`, over them that of
//! `--schema`. Every command has it from here.

use std::borrow::Cow;
use std::path::Path;

use fvprov::catalogue::{Problem, Schema};
use fvprov::net::fetch::Store;
use fvprov::project::settings::Settings;

use super::{Failure, Global, own};

/// The catalogue of a tree with these settings.
pub fn of(
    global: &Global,
    store: &Store,
    file: Option<&Path>,
    settings: &Settings,
) -> Result<Cow<'static, Schema>, Failure> {
    let directory = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let extend = settings.schema.extend.iter().map(|path| (store, directory.join(path)));
    let files = extend.chain(global.schema.clone().map(|file| (&Store::Disk, file)));
    let mut schema = Cow::Borrowed(Schema::builtin());
    for (store, file) in files {
        global.detail(&format!("the catalogue is extended by `{}`", file.display()));
        let extended = schema.extend(&read(store, &file)?).map_err(|problems| broken(&file, &problems))?;
        schema = Cow::Owned(extended);
    }
    Ok(schema)
}

/// The catalogue of the working directory, for commands that read no tree.
pub fn here(global: &Global) -> Result<Cow<'static, Schema>, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::Unable(format!("the working directory: {error}")))?;
    let (file, settings) = own::find_settings(global, &Store::Disk, &[here])?;
    of(global, &Store::Disk, file.as_ref().map(|file| file.path.as_path()), &settings)
}

/// The text of a schema.
pub fn read(store: &Store, file: &Path) -> Result<String, Failure> {
    let unable = |why: String| Failure::Unable(format!("the schema `{}`: {why}", file.display()));
    let text = own::read(store, file).map_err(unable)?;
    let text = String::from_utf8(text).map_err(|_| unable("this is no UTF-8 text".into()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn broken(file: &Path, problems: &[Problem]) -> Failure {
    let first = problems.first().map_or(String::new(), |first| format!(":{}: {}", first.line, first.message));
    let more = match problems.len() {
        0 | 1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    let shown = file.display();
    Failure::Unable(format!("the schema {shown}{first}{more}; `fvprov schema check {shown}` says what to do"))
}
