//! `fvprov graph`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fvprov::lint::{self, Level};
use fvprov::output::views::graph::GraphView;
use fvprov::project::lint_options::Selection;
use fvprov::project::{Opened, open};
use fvprov::text::escape::harmless_json;
use fvprov::text::mac::Mac;
use fvprov::text::source::FileId;
use fvprov::tree::graph::Graph;
use fvprov::tree::resolve::Fleet;
use rustc_hash::FxHashMap;

use crate::cli::shared::{CommandResult, Failure, Global, complete, out};

/// Draw which files include which, and which phones read them
///
/// Phones whose files include the same files form one group, so that the graph remains readable for large fleets.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov graph > tree.svg                       picture of the tree, for a browser
  fvprov graph --findings > tree.svg            colored by the most severe finding of each file
  fvprov graph --focus sites/berlin.cfg         only the parts that concern this file
  fvprov graph --diff git:origin/main           what this branch adds and removes
  fvprov graph --format mermaid                 for Markdown")]
pub struct GraphArgs {
    /// Provisioning tree
    #[arg(value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "svg")]
    format: Format,
    /// Draw only the files that include this file, or the files that this phone reads
    #[arg(long, value_name = "FILE or MAC", add = complete::targets())]
    focus: Option<String>,
    /// Color each node by its most severe finding
    #[arg(long)]
    findings: bool,
    /// Mark additions and removals compared with this tree
    #[arg(long, value_name = "OLD")]
    diff: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Picture for a browser
    Svg,
    /// Mermaid flowchart for Markdown
    Mermaid,
    /// JSON for programs
    Json,
}

pub fn run(global: &Global, args: &GraphArgs) -> CommandResult {
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let mut opened = open(&global.open_options_with_index(), &sources)?;
    global.add_generated_quietly(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    opened.check_not_empty()?;
    let mut graph = Graph::new(&Fleet::new(&opened.workspace));
    if let Some(old) = &args.diff {
        let mut before = open(&global.open_options_with_index(), std::slice::from_ref(old))?;
        global.add_generated_quietly(&mut before);
        graph = Graph::compare(&Graph::new(&Fleet::new(&before.workspace)), &graph);
    }
    if let Some(focus) = &args.focus {
        graph = focused(&opened, &graph, focus)?;
    }
    let levels = if args.findings { Some(levels(&opened)?) } else { None };
    let view = GraphView::new(&graph, &mut out::mask(&opened.schema), levels.as_ref());
    let text = match args.format {
        Format::Svg => view.svg(false),
        Format::Mermaid => view.mermaid(usize::MAX),
        Format::Json => harmless_json(&view.json().to_string()) + "\n",
    };
    out::print(text.as_bytes())?;
    Ok(true)
}

/// The part of the graph that concerns a phone or a file.
fn focused(opened: &Opened, graph: &Graph, focus: &str) -> Result<Graph, Failure> {
    let part = if let Ok(mac) = focus.parse::<Mac>() {
        graph.focus(|node| node.macs.contains(&mac))
    } else {
        let file = opened.file(focus)?;
        graph.focus(|node| node.files.contains(&file))
    };
    if part.nodes.is_empty() {
        return Err(Failure::Negative(format!("--focus `{focus}`: no phone and no include concerns it")));
    }
    Ok(part)
}

/// The severity of the most severe finding in each file.
fn levels(opened: &Opened) -> Result<FxHashMap<FileId, Level>, Failure> {
    let options = opened.lint_options(Selection::default())?;
    Ok(lint::run(&opened.workspace, &opened.schema, &options).most_severe_by_file())
}
