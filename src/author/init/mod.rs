//! The files in a starter tree. The phone's own files are rendered from the other files with `generate`.
//! Performs no I/O.

use std::borrow::Cow;
use std::sync::Arc;

use crate::author::error::Error;
use crate::author::generate::{self, Input, ReadTemplate, Template};
use crate::catalogue::Schema;
use crate::project::inventory::{ColumnNames, Inventory};
use crate::text::path::join;
use crate::tree::names::{COMMON_BOOT, COMMON_CFG};

/// The documentation page with the snippets for pre-commit and CI.
const CI_PAGE: &str = include_str!("../../../docs/ci.md");
const PHONES: &str = include_str!("files/phones.csv");
const BOOT: &str = include_str!("files/phone.boot.j2");
const CFG: &str = include_str!("files/phone.cfg.j2");
const SETTINGS: &str = include_str!("files/fvprov.toml");
/// The first line of the settings that apply only to a tree with the example, and the line after these
/// settings.
const EXAMPLE: (&str, &str) = ("[server]", "[lint]");

/// The beginning of the last hook on the page.
const GENERATE_HOOK: &str = "      - id: fvprov-generate\n";

/// The served directory, as in the settings.
pub const SERVED: &str = "www";

/// A CI service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// GitHub Actions
    Github,
    /// GitLab
    Gitlab,
}

/// A file to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path of the file in the new tree.
    pub path: String,
    /// Its content.
    pub text: String,
}

fn file(path: &str, text: impl Into<String>) -> File {
    File { path: path.into(), text: text.into() }
}

/// The parts of a new tree that the user selects.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The CI service.
    pub service: Option<Service>,
    /// Whether the tree contains the example.
    pub has_example: bool,
    /// Whether the phones' generated files are committed to git.
    pub commits_generated: bool,
}

/// The files that all trees contain: settings, `.gitignore`, pre-commit hooks, and the workflow of a CI service.
pub fn settings_files(parts: Parts) -> Vec<File> {
    let Parts { service, has_example, commits_generated } = parts;
    let ignored = include_str!("files/gitignore");
    let ignored = match commits_generated {
        true => ignored.replace("\n/www/[", "\n#/www/["),
        false => ignored.to_owned(),
    };
    let settings = if has_example { SETTINGS.to_owned() } else { without_example() };
    let hooks = snippet("pre-commit");
    // Without the example, the settings name no list.
    let hooks = match hooks.split_once(GENERATE_HOOK) {
        Some((others, _)) if !has_example => others.to_owned(),
        _ => hooks,
    };
    let mut files = vec![
        file("fvprov.toml", settings),
        file(".gitignore", ignored),
        file(".pre-commit-config.yaml", hooks),
    ];
    files.extend(service.map(|service| match service {
        Service::Github => file(".github/workflows/provisioning.yml", snippet("GitHub Actions")),
        Service::Gitlab => file(".gitlab-ci.yml", snippet("GitLab")),
    }));
    files
}

/// The files in a starter tree: common files, the list of phones, templates, and secrets.
pub fn example_files(password: &str) -> Vec<File> {
    vec![
        file(&join(SERVED, COMMON_BOOT), include_str!("files/common.boot")),
        file(&join(SERVED, COMMON_CFG), include_str!("files/common.cfg")),
        file(&join(SERVED, "sites/berlin.cfg"), include_str!("files/berlin.cfg")),
        file("phones.csv", PHONES),
        file("secrets.csv", secrets_file(password)),
        file("templates/phone.boot.j2", BOOT),
        file("templates/phone.cfg.j2", CFG),
    ]
}

fn parse_inventory(text: &str) -> Result<Inventory, Error> {
    Inventory::parse(text, &ColumnNames::new()).map_err(|error| Error::Example(error.to_string()))
}

/// The files for the phone in [`example_files`].
///
/// # Errors
/// The example has an error, which is a bug.
pub fn phone_files(password: &str) -> Result<Vec<File>, Error> {
    let input = Input {
        inventory: parse_inventory(PHONES)?,
        inventory_name: "phones.csv".into(),
        secrets: Some((parse_inventory(&secrets_file(password))?, "secrets.csv".into())),
        env: std::collections::BTreeMap::new(),
        unknown_secrets: false,
        schema: Cow::Borrowed(Schema::builtin()),
    };
    let templates = ["phone.boot.j2", "phone.cfg.j2"].map(Template::parse);
    let templates = templates.into_iter().collect::<Result<Vec<_>, _>>()?;
    let read: ReadTemplate = Arc::new(|name| {
        Ok(match name {
            "phone.boot.j2" => Some(BOOT.to_owned()),
            "phone.cfg.j2" => Some(CFG.to_owned()),
            _ => None,
        })
    });
    let generated = generate::generate(&input, &templates, &read);
    match generated.problems.into_iter().next() {
        Some(problem) => Err(Error::Example(problem.text)),
        None => Ok(generated
            .files
            .into_iter()
            .map(|(path, generated)| file(&join(SERVED, &path), generated.text))
            .collect()),
    }
}

fn secrets_file(password: &str) -> String {
    format!("mac,password\n00:21:F2:00:00:01,{password}\n")
}

/// The settings for a tree that already has phones. The settings for the example are commented out.
fn without_example() -> String {
    let mut is_example = false;
    let mut text = String::new();
    for line in SETTINGS.lines() {
        is_example = (is_example || line == EXAMPLE.0) && line != EXAMPLE.1;
        let sign = if is_example && !line.is_empty() && !line.starts_with('#') { "#" } else { "" };
        text.push_str(&format!("{sign}{line}\n"));
    }
    text
}

/// The first YAML block in a section of `docs/ci.md`.
fn snippet(chapter: &str) -> String {
    let text = CI_PAGE.split(&format!("\n## {chapter}\n")).nth(1).unwrap_or_default();
    let yaml = text.split("```yaml\n").nth(1).and_then(|text| text.split("```").next()).unwrap_or_default();
    let replace = match yaml.contains("github.com/OWNER") {
        true => " Replace github.com/OWNER with the address of your copy of fvprov.",
        false => "",
    };
    format!("# From docs/ci.md of fvprov.{replace}\n{yaml}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_are_those_of_the_page() {
        for (service, word) in [
            (None, "id: fvprov-fmt"),
            (Some(Service::Github), "upload-sarif"),
            (Some(Service::Gitlab), "codequality:"),
        ] {
            let files = settings_files(Parts { service, has_example: true, commits_generated: false });
            let last = files.last().unwrap();
            assert!(last.text.contains(word), "{}", last.text);
            assert!(CI_PAGE.contains(last.text.split_once('\n').unwrap().1));
        }
    }

    #[test]
    fn the_phone_is_what_the_templates_make() {
        let files = phone_files("a-secret").unwrap();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["www/0021f2000001.boot", "www/0021f2000001.cfg"]);
        assert!(files[1].text.contains("account.1.password = a-secret\n"));
    }
}
