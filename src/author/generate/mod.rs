//! Renders boot and cfg files from templates and a list of phones. The caller reads and writes the files.

mod absent;
mod changed_cells;
mod collect;
mod data;
mod in_memory;
mod marks;
mod origins;
mod pattern;
mod relocate;
mod renderer;
mod sources;
mod template;
mod values;

pub use absent::{AbsentFiles, add_absent_files};
pub use collect::generate;
pub use data::{Generated, GeneratedFile, Input, Problem};
pub use in_memory::{InMemory, InMemoryError};
pub use origins::{CellOrigin, LineOrigin, Origins};
pub use pattern::Pattern;
pub use sources::{Loaded, STANDARD_INPUT, SourceError, Sources};
pub use template::{ReadTemplate, Template};
