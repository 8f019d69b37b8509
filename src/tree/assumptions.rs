//! Assumptions about phone behavior that is not documented.
//!
//! Each field is a key of `[assume]` in `fvprov.toml`; [`Assume::default`] defines the defaults. Loading and
//! resolving apply the assumptions, so all commands use them.

use serde::Deserialize;

/// The assumptions that apply to a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Assume {
    /// The boot file that a phone requests (probable: the guide shows it in a diagram, and Yealink documents it).
    pub boot_order: BootOrder,
    /// Effect of an include in a cfg file (unknown: the guide documents includes only in boot files).
    pub include_in_cfg: IncludeInCfg,
    /// The phone's reaction if an included file is missing (unknown).
    pub missing_include: MissingInclude,
    /// Effect of an empty value on an earlier value (probable: the phone retains its value). By default,
    /// fvprov still shows the empty value, and reports each empty value that follows another value.
    #[serde(rename = "empty-value", alias = "blank-value")]
    pub empty_value: EmptyValue,
}

/// See [`Assume::boot_order`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BootOrder {
    /// `<mac>.boot`, or `y000000000000.boot` if it is missing.
    #[default]
    MacThenCommon,
}

/// See [`Assume::include_in_cfg`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncludeInCfg {
    /// The include is expanded in place, as in a boot file.
    #[default]
    Follow,
    /// The phone ignores it.
    Ignore,
}

/// See [`Assume::missing_include`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingInclude {
    /// The phone continues with the remaining lines and files.
    #[default]
    Continue,
    /// The phone reads nothing after the missing file.
    Stop,
}

/// See [`Assume::empty_value`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmptyValue {
    /// The empty value overrides earlier values, like any other value.
    #[default]
    Keep,
    /// The empty value is ignored: the earlier value remains effective.
    Skip,
}

impl EmptyValue {
    /// The index of the effective value among the values of a name, in load order: the last one, or the last
    /// one that is not empty if empty values are ignored. `None` if there are no values.
    pub fn effective_index<'v, V>(self, values: V) -> Option<usize>
    where
        V: DoubleEndedIterator<Item = &'v [u8]> + ExactSizeIterator,
    {
        let last = values.len().checked_sub(1);
        match self {
            Self::Keep => last,
            Self::Skip => values.into_iter().rposition(|value| !value.is_empty()).or(last),
        }
    }
}
