//! Resolves the effective configuration of one phone, or of an entire fleet at once.

mod chain;
pub mod effective;
mod fleet;
mod impact;
mod model;
mod nodes;
mod phone;

pub use chain::{Chain, ChainStep, Read};
pub use fleet::{Fleet, Member, Repeats, Roster, display_phone};
pub use impact::{Impact, ImpactTarget};
pub use model::{Models, model, model_comment, parse_model_comment};
pub use nodes::Node;
pub use phone::{AssignedParameter, Phone, find, missing, natural_order, phone_name};
