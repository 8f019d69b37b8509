//! The options that select phones.

use clap::Args;
use fvprov::project::{Opened, PhoneSelection, SelectedPhone};
use fvprov::text::mac::Mac;

use super::complete;
use super::failure::Failure;
#[cfg(feature = "net")]
use super::global::Global;

/// The heading of these options in `--help`.
const HEADING: &str = "Phones";

/// Options that select phones.
#[derive(Args, Clone, Default)]
pub struct PhoneArgs {
    /// Select phones by MAC, in any spelling or as a glob; `any` selects phones without files of their own
    #[arg(long, help_heading = HEADING, value_name = "MAC", value_delimiter = ',', add = complete::macs())]
    pub mac: Vec<String>,
    /// Select phones by an inventory column, by model, root or boot, or by the effective value of a parameter:
    /// COLUMN=VALUE, COLUMN!=VALUE or COLUMN~GLOB, separated by commas
    #[arg(id = "where", long, help_heading = HEADING, value_name = "CONDITIONS", add = complete::conditions())]
    pub conditions: Vec<String>,
    /// Select the phone with this extension, name or serial number in the inventory (repeatable)
    #[arg(id = "phone", long = "phone", help_heading = HEADING, value_name = "NAME", add = complete::phone_names())]
    pub names: Vec<String>,
}

/// The message if a command needs a phone and none is selected.
pub const NO_PHONE: &str = "no phone is selected: use --mac, --where or --phone";

impl PhoneArgs {
    /// The options as data.
    pub fn selection(&self) -> PhoneSelection {
        PhoneSelection {
            macs: self.mac.clone(),
            conditions: self.conditions.clone(),
            names: self.names.clone(),
        }
    }

    /// Whether no phone is selected.
    pub fn is_empty(&self) -> bool {
        self.selection().is_empty()
    }

    /// Fails if no phone is selected. The error suggests a MAC from `words`.
    pub fn require<'w>(
        &self,
        message: &str,
        words: impl IntoIterator<Item = &'w str>,
    ) -> Result<(), Failure> {
        if !self.is_empty() {
            return Ok(());
        }
        let mac = words.into_iter().find(|word| word.parse::<Mac>().is_ok());
        let hint = mac.map_or(String::new(), |mac| format!("; did you mean `--mac {mac}`?"));
        Err(Failure::Unable(format!("{message}{hint}")))
    }

    /// The selected phones in a tree. Fails with exit code 2 if no phone is selected; commands that only
    /// display a tree use `PhoneFinder`, which fails with exit code 1.
    pub fn select(&self, opened: &Opened) -> Result<Vec<SelectedPhone>, Failure> {
        opened.select(&self.selection(), false).map_err(|error| Failure::from(error).into_unable())
    }

    /// The MACs of the selected phones. The tree at a path and its inventory are read only if a phone is not
    /// selected by its MAC.
    #[cfg(feature = "net")]
    pub fn macs_at(&self, global: &Global, source: &std::path::Path) -> Result<Vec<Mac>, Failure> {
        if let Some(mac) = self.mac.iter().find(|mac| !mac.contains(['*', '?', '[', '{'])) {
            mac.parse::<Mac>().map_err(Failure::Unable)?;
        }
        if let Some(macs) = self.selection().plain_macs() {
            return Ok(macs);
        }
        let opened = fvprov::project::open(&global.open_options(), &[source.to_owned()])?;
        let selected =
            opened.select(&self.selection(), true).map_err(|error| Failure::from(error).into_unable())?;
        Ok(selected.iter().filter_map(SelectedPhone::mac).collect())
    }
}
