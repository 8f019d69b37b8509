//! Collects the targets from the command line, files, the inventory and a diff.

use std::path::Path;

use fvprov::net;
use fvprov::net::sip::target::Target;
use fvprov::project::inventory::{Inventory, Row};
use fvprov::project::tool_files::find_inventory;
use fvprov::text::mac::Mac;

use super::args::NotifyArgs;
use crate::cli::shared::{Failure, Global, out};

/// A phone to notify.
pub struct Recipient {
    /// The SIP address, if known.
    pub target: Option<Target>,
    /// The MAC, if known.
    pub mac: Option<Mac>,
}

impl Recipient {
    /// The target's address or, if the address is unknown, the MAC.
    pub fn label(&self) -> String {
        match (&self.target, self.mac) {
            (Some(target), _) => target.to_string(),
            (None, mac) => mac.map(|mac| mac.to_string()).unwrap_or_default(),
        }
    }
}

/// All targets, sorted and without duplicates. Empty only if a diff contains no changes.
pub fn collect(global: &Global, args: &NotifyArgs) -> Result<Vec<Recipient>, Failure> {
    let (mut macs, mut targets) = (Vec::new(), Vec::new());
    let lists = args.targets.iter().filter(|text| text.as_str() == "-").count();
    if lists + usize::from(args.changed.as_deref() == Some(Path::new("-"))) > 1 {
        return Err(Failure::Unable(
            "standard input is named twice: write one of the lists to a file".into(),
        ));
    }
    for text in &args.targets {
        match text.as_str() {
            "-" => read_list(&stdin()?, "standard input", &mut macs, &mut targets)?,
            _ if Path::new(text).is_file() => {
                let list = std::fs::read_to_string(text);
                let list =
                    list.map_err(|error| Failure::Unable(format!("`{text}` cannot be read: {error}")))?;
                read_list(&list, text, &mut macs, &mut targets)?;
            }
            _ => read_one(text, &mut macs, &mut targets)?,
        }
    }
    if !args.phones.is_empty() {
        macs.extend(args.phones.macs_at(global, &args.source)?);
    }
    if let Some(file) = &args.changed {
        macs.extend(changed(file)?);
    }
    let mut unknown = Vec::new();
    if !macs.is_empty() {
        macs.sort();
        macs.dedup();
        let inventory = inventory(global, args)?;
        for mac in macs {
            match address(&inventory, mac)? {
                Some(target) => targets.push((target, Some(mac))),
                None => unknown.push(Recipient { target: None, mac: Some(mac) }),
            }
        }
    }
    // Merge a target without a MAC into the entry for the same target with a MAC.
    targets.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    targets.dedup_by(|next, kept| next.0 == kept.0 && (next.1 == kept.1 || next.1.is_none()));
    let known = targets.into_iter().map(|(target, mac)| Recipient { target: Some(target), mac });
    let all: Vec<Recipient> = known.chain(unknown).collect();
    if all.is_empty() && args.changed.is_none() {
        let why =
            "no targets: specify an address, user@host:port, a MAC, a file that contains these, or --changed";
        return Err(Failure::Unable(why.into()));
    }
    Ok(all)
}

fn stdin() -> Result<String, Failure> {
    let text = out::read_stdin(Path::new("-"))?.text;
    String::from_utf8(text).map_err(|_| Failure::Unable("standard input is not valid UTF-8".into()))
}

type Targets = Vec<(Target, Option<Mac>)>;

/// Reads a list of targets, one per line; `#` starts a comment.
fn read_list(text: &str, name: &str, macs: &mut Vec<Mac>, targets: &mut Targets) -> Result<(), Failure> {
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let one = line.split('#').next().unwrap_or_default().trim();
        if !one.is_empty() {
            read_one(one, macs, targets)
                .map_err(|error| Failure::Unable(format!("{name}:{}: {error}", number + 1)))?;
        }
    }
    Ok(())
}

fn read_one(text: &str, macs: &mut Vec<Mac>, targets: &mut Targets) -> Result<(), net::Error> {
    if let Ok(mac) = text.parse() {
        macs.push(mac);
    } else {
        targets.push((text.parse()?, None));
    }
    Ok(())
}

/// The phones in a diff that change or are new.
fn changed(file: &Path) -> Result<Vec<Mac>, Failure> {
    let is_stdin = file == Path::new("-");
    let text = match is_stdin {
        true => stdin()?,
        false => std::fs::read_to_string(file)
            .map_err(|error| Failure::Unable(format!("--changed `{}`: {error}", file.display())))?,
    };
    // Other JSON documents contain no list of added phones.
    let diff: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let Some(added) = diff["phones"]["added"].as_array() else {
        let why = "this is not output of `fvprov diff --format json`";
        return Err(Failure::Unable(format!("--changed `{}`: {why}", file.display())));
    };
    let lists = ["changes", "resources"].into_iter().filter_map(|key| diff[key].as_array()).flatten();
    let replaced = diff["phones"]["replaced"].as_array().into_iter().flatten().map(|pair| &pair["new"]);
    let phones =
        lists.filter_map(|change| change["phones"].as_array()).chain([added]).flatten().chain(replaced);
    // `any`, which represents phones without files of their own, has no address.
    Ok(phones.filter_map(|phone| phone.as_str()?.parse().ok()).collect())
}

/// The inventory that the settings name. The tree itself is not read.
fn inventory(global: &Global, args: &NotifyArgs) -> Result<Inventory, Failure> {
    let found = find_inventory(&global.open_options(), &args.source)?;
    let (path, inventory) = found.ok_or_else(|| {
        let why = "a MAC as a target requires an inventory, but fvprov.toml does not name one ([inventory] file = \
        \"phones.csv\"): specify the phone's address instead";
        Failure::Unable(why.into())
    })?;
    if !inventory.columns.iter().any(|name| name.eq_ignore_ascii_case("address")) {
        return Err(Failure::Unable(format!("the inventory `{path}` has no column `address`: add one")));
    }
    Ok(inventory)
}

/// The phone's address in the inventory, with its extension as the user name if there is one.
fn address(inventory: &Inventory, mac: Mac) -> Result<Option<Target>, Failure> {
    let Some(row) = inventory.rows.iter().find(|row| row.mac == mac) else { return Ok(None) };
    let Some(address) = inventory.value(row, "address") else { return Ok(None) };
    let target = address.parse().and_then(|target: Target| match (&target.user, user(inventory, row)) {
        (None, Some(user)) => format!("{user}@{target}").parse(),
        _ => Ok(target),
    });
    target.map(Some).map_err(|error| Failure::Unable(format!("the inventory, row {}: {error}", row.number)))
}

fn user<'r>(inventory: &Inventory, row: &'r Row) -> Option<&'r str> {
    inventory.value(row, "user").or_else(|| inventory.value(row, "extension"))
}
