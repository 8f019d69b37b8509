//! The origin of a line in a generated file: the cell and the template line.

use fvprov::author::generate::{CellOrigin, GeneratedFile, InMemory, LineOrigin};
use fvprov::project::Opened;
use fvprov::project::inventory::{Inventory, Row};

/// A cell that determines a value.
pub struct Cell<'m> {
    /// Its column.
    pub origin: CellOrigin,
    /// Its row.
    pub row: &'m Row,
    /// The list that contains the row: the phones or the secrets.
    pub list: &'m Inventory,
}

/// The cell that an origin refers to.
pub fn cell<'m>(memory: &'m InMemory, file: &GeneratedFile, origin: &LineOrigin) -> Option<Cell<'m>> {
    let origin = origin.cell?;
    let row = memory.input.inventory.rows.get(file.row)?;
    if !origin.is_secret {
        return Some(Cell { origin, row, list: &memory.input.inventory });
    }
    let (secrets, _) = memory.input.secrets.as_ref()?;
    let row = secrets.rows.iter().find(|secret| secret.mac == row.mac)?;
    Some(Cell { origin, row, list: secrets })
}

/// The location of an origin, for messages.
pub fn display_origin(
    opened: &Opened,
    memory: &InMemory,
    file: &GeneratedFile,
    origin: &LineOrigin,
) -> String {
    let template = memory.template(&origin.template).map_or(origin.template.clone(), |(path, _)| path);
    let template = format!("`{}:{}`", opened.base.display_path(&template), origin.line);
    let Some(Cell { origin, row, list }) = cell(memory, file, origin) else { return template };
    let path = if origin.is_secret { memory.secrets_file.as_ref() } else { Some(&memory.list_file) };
    let path = path.map_or(String::new(), |path| opened.display_path(path));
    format!("row {}, column `{}` of `{path}`, and {template}", row.number, list.columns[origin.column])
}
