//! `fvprov phones`

use std::cell::OnceCell;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fvprov::lint::{self, Level};
use fvprov::output::views::phones::{Cell, Table};
use fvprov::project::columns::{Column, ColumnValues, PhoneKey};
use fvprov::project::inventory::template_name;
use fvprov::project::lint_options::Selection;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::mac::Mac;
use fvprov::text::redact::Mask;
use fvprov::tree::resolve::natural_order;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::cli::shared::argument_error::verb_of_phone;
use crate::cli::shared::{CommandResult, Failure, Global, PhoneArgs, complete, out};

/// List the phones in a tree, with model, files, settings and findings
///
/// A column is an inventory column, a parameter (shown with its effective values), or one of mac, root, model, boot,
/// files, settings and findings.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov phones
  fvprov phones --where site=Köln --columns name,extension,account.1.user_name
  fvprov phones --by site,model                 count the phones for each site and model
  fvprov phones --where 'account.2.enable=1'    phones with a second account
  fvprov phones --format csv /srv/tftp > phones.csv")]
pub struct PhonesArgs {
    /// Provisioning tree
    #[arg(value_name = "SOURCE")]
    source: Option<PathBuf>,
    #[command(flatten)]
    phones: PhoneArgs,
    /// Show the MAC and these columns
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', conflicts_with = "by", add = complete::columns_of_phones())]
    columns: Vec<String>,
    /// Count the phones for each value of these columns
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', add = complete::columns_of_phones())]
    by: Vec<String>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Show passwords unmasked
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Human-readable table
    Table,
    /// CSV for spreadsheets
    Csv,
    /// JSON array
    Json,
    /// One JSON object per line
    Jsonl,
    /// Markdown table
    Markdown,
}

/// The columns to show by default.
const DEFAULT: [&str; 7] = ["mac", "root", "model", "boot", "files", "settings", "findings"];

pub fn run(global: &Global, args: &PhonesArgs) -> CommandResult {
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    if let Some(verb) = verb_of_phone(std::env::args().skip(1)).filter(|verb| !Path::new(verb).exists()) {
        return Err(Failure::Unable(format!("`{verb}` does not exist; did you mean `fvprov phone {verb}`?")));
    }
    let reading = Reading { phones: args.phones.selection(), ..Reading::default() };
    let mut opened = open_with(&global.open_options_with_index(), &sources, reading)?;
    global.add_generated_quietly(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    opened.check_not_empty()?;
    let table = table(&opened, args)?;
    let mut text = Vec::new();
    let written = match args.format {
        Format::Table => table.text(&mut text),
        Format::Csv => table.csv(&mut text),
        Format::Markdown => table.markdown(&mut text),
        Format::Json => text.write_all(table.json().as_bytes()),
        Format::Jsonl => text.write_all(table.json_lines().as_bytes()),
    };
    written.map_err(|error| Failure::Unable(error.to_string()))?;
    out::print(&text)?;
    std::mem::forget(opened); // freeing a large tree before the process exits wastes time
    Ok(true)
}

/// A column of the output.
enum Shown {
    Files,
    Settings,
    Findings,
    Value(Column),
}

fn table(opened: &Opened, args: &PhonesArgs) -> Result<Table, Failure> {
    let names = match (args.by.as_slice(), args.columns.as_slice()) {
        ([], []) => DEFAULT.map(str::to_owned).to_vec(),
        ([], columns) if columns.iter().any(|name| name.eq_ignore_ascii_case("mac")) => columns.to_vec(),
        ([], columns) => ["mac".to_owned()].into_iter().chain(columns.iter().cloned()).collect(),
        (by, _) => by.to_vec(),
    };
    let columns: Vec<Shown> = names.iter().map(|name| column(opened, name)).collect::<Result<_, _>>()?;
    let phones: Vec<PhoneKey> = match args.phones.is_empty() {
        true => counted(opened),
        false => opened.select(&args.phones.selection(), false)?.into_iter().map(|phone| phone.key).collect(),
    };
    let mask = (!args.show_secrets).then(|| out::mask(&opened.schema));
    let mut cells =
        Cells { opened, values: ColumnValues::new(opened), findings: OnceCell::new(), mask, names: &names };
    let mut table = Table { columns: names.clone(), rows: Vec::new() };
    if args.by.is_empty() {
        for phone in phones {
            table.rows.push(
                columns
                    .iter()
                    .zip(0..)
                    .map(|(column, at)| cells.cell(phone, column, at))
                    .collect::<Result<_, _>>()?,
            );
        }
        return Ok(table);
    }
    let mut counts: FxHashMap<Vec<String>, usize> = FxHashMap::default();
    for phone in phones {
        let row: Result<Vec<String>, Failure> =
            columns.iter().zip(0..).map(|(column, at)| Ok(cells.cell(phone, column, at)?.key())).collect();
        *counts.entry(row?).or_default() += 1;
    }
    let mut counts: Vec<(Vec<String>, usize)> = counts.into_iter().collect();
    counts.sort_by(|(a, _), (b, _)| {
        let orders = a.iter().zip(b).map(|(a, b)| natural_order(a, b));
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    table.columns.push("phones".into());
    table.rows.extend(
        counts
            .into_iter()
            .map(|(row, count)| row.into_iter().map(Cell::Text).chain([Cell::Number(count)]).collect()),
    );
    Ok(table)
}

fn column(opened: &Opened, name: &str) -> Result<Shown, Failure> {
    Ok(match name.to_lowercase().as_str() {
        "files" => Shown::Files,
        "settings" => Shown::Settings,
        "findings" => Shown::Findings,
        _ => Shown::Value(opened.column(name)?),
    })
}

/// All phones, and "any other phone" in roots where no phone has files of its own.
fn counted(opened: &Opened) -> Vec<PhoneKey> {
    let roots = opened.workspace.roots.iter().enumerate();
    roots
        .flat_map(|(at, root)| root.counted().into_iter().map(move |mac| PhoneKey { root: Some(at), mac }))
        .collect()
}

/// The cells of the table.
struct Cells<'o> {
    opened: &'o Opened,
    values: ColumnValues<'o>,
    /// Number of errors and warnings for each phone.
    findings: OnceCell<FxHashMap<PhoneKey, usize>>,
    mask: Option<Mask<'o>>,
    names: &'o [String],
}

impl Cells<'_> {
    fn cell(&mut self, phone: PhoneKey, column: &Shown, at: usize) -> Result<Cell, Failure> {
        let Some(member) = self.values.member(phone) else { return Ok(Cell::Text(String::new())) };
        let workspace = &self.opened.workspace;
        Ok(match column {
            Shown::Files => {
                let files = member.chain.files(workspace);
                Cell::Files(
                    files.map(|file| workspace.path_in(&workspace.roots[member.root], file)).collect(),
                )
            }
            Shown::Settings => {
                let names: FxHashSet<_> =
                    member.chain.assignments(workspace).map(|(at, _)| workspace.name(at)).collect();
                Cell::Number(names.len())
            }
            Shown::Findings => Cell::Number(self.findings()?.get(&phone).copied().unwrap_or_default()),
            Shown::Value(Column::Mac) if phone.mac.is_none() => Cell::Text("any".into()),
            Shown::Value(column) => {
                let value = self.values.value(phone, column).into_owned();
                Cell::Text(self.masked(column, at, value))
            }
        })
    }

    fn masked(&mut self, column: &Column, at: usize, value: String) -> String {
        let Some(mask) = &mut self.mask else { return value };
        match column {
            Column::Parameter(name) => mask.value(name, &value),
            Column::Listed(_) => mask.value(&template_name(&self.names[at]), &value),
            Column::Mac | Column::Root | Column::Model | Column::Boot => value,
        }
    }

    /// Number of errors and warnings for each phone, including those in the phone's row in the inventory.
    fn findings(&self) -> Result<&FxHashMap<PhoneKey, usize>, Failure> {
        if let Some(findings) = self.findings.get() {
            return Ok(findings);
        }
        let opened = self.opened;
        let outcome =
            lint::run(&opened.workspace, &opened.schema, &opened.lint_options(Selection::default())?);
        let by_phone = outcome.by_phone.iter();
        let mut counts: FxHashMap<PhoneKey, usize> =
            by_phone.map(|(&(root, mac), count)| (PhoneKey { root: Some(root), mac }, *count)).collect();
        for mac in in_rows(opened, &outcome) {
            for (at, _) in
                opened.workspace.roots.iter().enumerate().filter(|(_, root)| root.phones.contains_key(&mac))
            {
                *counts.entry(PhoneKey { root: Some(at), mac: Some(mac) }).or_default() += 1;
            }
        }
        Ok(self.findings.get_or_init(|| counts))
    }
}

/// The phone in the inventory row of each error and warning that does not itself list phones.
fn in_rows(opened: &Opened, outcome: &lint::Outcome) -> Vec<Mac> {
    let Some((path, inventory)) = &opened.inventory else { return Vec::new() };
    let Some(file) = opened.workspace.file(path) else { return Vec::new() };
    let findings = outcome
        .findings
        .iter()
        .filter(|finding| finding.at.file == file && finding.level > Level::Info && finding.phones.is_none());
    let rows = findings.filter_map(|finding| {
        let after = inventory.rows.partition_point(|row| row.line.start <= finding.at.span.start);
        inventory.rows.get(after.checked_sub(1)?)
    });
    rows.map(|row| row.mac).collect()
}
