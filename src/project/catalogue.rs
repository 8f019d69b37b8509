//! The catalogue that a run uses: the built-in catalogue, extended by the files in `[schema] extend` and then
//! by `--schema`.

use std::borrow::Cow;
use std::path::Path;

use super::discover::{display_path, working_directory};
use super::settings::Settings;
use super::store::Store;
use super::tool_files::{find_settings, read_text};
use super::{Error, OpenOptions, Step};
use crate::catalogue::Schema;

/// The catalogue for a tree with these settings.
pub fn load(
    options: &OpenOptions,
    store: &Store,
    file: Option<&Path>,
    settings: &Settings,
) -> Result<Cow<'static, Schema>, Error> {
    let directory = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let extend = settings.schema.extend.iter().map(|path| (store, directory.join(path)));
    let files = extend.chain(options.schema.clone().map(|file| (&Store::Disk, file)));
    let mut schema = Cow::Borrowed(Schema::builtin());
    for (store, file) in files {
        options.progress.step(Step::Schema(&file));
        let extended = schema.extend(&read(store, &file)?);
        schema =
            Cow::Owned(extended.map_err(|problems| Error::Schema { path: display_path(&file), problems })?);
    }
    Ok(schema)
}

/// The catalogue for the working directory, for commands that load no tree.
pub fn load_for_working_directory(options: &OpenOptions) -> Result<Cow<'static, Schema>, Error> {
    let (file, settings) = find_settings(options, &Store::Disk, &[working_directory()?])?;
    load(options, &Store::Disk, file.as_ref().map(|file| file.path.as_path()), &settings)
}

/// Reads the text of a schema.
pub fn read(store: &Store, file: &Path) -> Result<String, Error> {
    let text =
        read_text(store, file).map_err(|reason| Error::SchemaFile { path: display_path(file), reason })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
