//! What nobody outside the vendor knows about the phones, and what fvprov takes to be true until then.
//!
//! Each field is one key of `[assume]` in `fvprov.toml`; [`Assume::default`] is the one place where the
//! defaults stand. Loading and resolving obey them, so every command does.

use serde::Deserialize;

/// The assumptions in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Assume {
    /// Which boot file a phone asks for (likely: the guide draws it as a picture, Yealink documents it).
    pub boot_order: BootOrder,
    /// What an include inside a cfg does (unknown: the guide knows includes in boot files only).
    pub include_in_cfg: IncludeInCfg,
    /// What a phone does when an included file is not there (unknown).
    pub missing_include: MissingInclude,
    /// What a blank value does to an earlier one (likely: it leaves what is on the phone; shown as written all the
    /// same, as nobody knows, and reported where it follows a value).
    pub blank_value: BlankValue,
}

/// See [`Assume::boot_order`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BootOrder {
    /// `<mac>.boot`, and only if there is none, `y000000000000.boot`.
    #[default]
    MacThenCommon,
}

/// See [`Assume::include_in_cfg`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncludeInCfg {
    /// It is expanded where it stands, as in a boot file.
    #[default]
    Follow,
    /// The phone passes over it.
    Ignore,
}

/// See [`Assume::missing_include`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingInclude {
    /// The phone goes on with the rest.
    #[default]
    Continue,
    /// The phone reads nothing after it.
    Stop,
}

/// See [`Assume::blank_value`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlankValue {
    /// It takes part like any other: the last assignment is shown, literally.
    #[default]
    Keep,
    /// It leaves the earlier value in force.
    Skip,
}
