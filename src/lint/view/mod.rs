//! Views for checks: of a file, a phone, the assignments to one name, or the whole tree. A query that only
//! one rule needs belongs in that rule; a decision that several rules share belongs in `facts`.

mod account;
mod common;
mod directive;
mod file;
mod line;
mod memo;
mod name;
mod parameter_index;
mod phone;
mod private;
mod resource;
mod rule_names;
mod setting;
mod settings;
mod template;
mod tree;
mod value;
mod world;

pub use account::Account;
pub use common::{Common, quoted};
pub use directive::{Directive, comments_above, directives, has_directive, is_date, with_suppressions};
pub use file::FileCx;
pub use line::{FileLine, is_printable};
pub use memo::Memo;
pub use name::NameCx;
pub use parameter_index::{Indexed, ParameterIndex, indices};
pub use phone::MemberCx;
pub use private::{PrivateName, PrivateNames, PrivateReads};
pub use resource::{ResourceSetting, is_book, names_file, resource_setting};
pub use rule_names::RuleNames;
pub use setting::{IncludeText, KnownSetting, SettingText};
pub use settings::{
    EditedFile, Inventory, InventoryProblem, Limits, Policy, SharedFile, TemplateOptions, Ungenerated,
    Variables,
};
pub use template::{TemplateCx, TemplateSetting, with_index};
pub use tree::{Misnomer, TreeCx};
pub use value::Value;
pub use world::World;
