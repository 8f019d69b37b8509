//! The phones that a file, a line or a parameter affects, as text and JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Value, json};

use super::among;
use crate::catalogue::Schema;
use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::text::source::FileId;
use crate::tree::compare::effect::{ChangeEffect, effect_of_other_value};
use crate::tree::load::NameId;
use crate::tree::resolve::{Fleet, Impact, ImpactTarget, display_phone};

/// The data that `impact` shows: the target as the user wrote it, and its impact.
pub struct TargetImpact<'a> {
    #[allow(missing_docs)] // the names of the fields are clear
    pub name: &'a str,
    /// The target.
    pub target: ImpactTarget,
    #[allow(missing_docs)] // as above
    pub impact: Impact,
}

/// Number of parameters that the target sets, by the effect of changing their values.
fn effects(fleet: &Fleet<'_>, schema: &Schema, target: ImpactTarget) -> BTreeMap<ChangeEffect, usize> {
    let workspace = fleet.workspace;
    let in_file = |file: FileId| {
        let settings = workspace.document(file).settings.iter().map(|setting| setting.name);
        settings.collect::<BTreeSet<NameId>>()
    };
    let names = match target {
        ImpactTarget::File(file) => in_file(file),
        ImpactTarget::Line(at) => BTreeSet::from([workspace.name(at)]),
        ImpactTarget::Name(name) => BTreeSet::from([name]),
        ImpactTarget::Include(file, include) => workspace.document(file).includes[include as usize]
            .to
            .as_ref()
            .map_or_else(|_| BTreeSet::new(), |to| in_file(*to)),
    };
    let mut effects = BTreeMap::new();
    for name in names {
        *effects.entry(effect_of_other_value(schema, &workspace.names.text(name))).or_default() += 1;
    }
    effects
}

/// The impact as JSON.
pub fn json(fleet: &Fleet<'_>, schema: &Schema, shown: &TargetImpact<'_>, mask: &mut Mask<'_>) -> Value {
    let TargetImpact { name: target, impact, .. } = shown;
    let effects = effects(fleet, schema, shown.target).into_iter();
    let effects: BTreeMap<&str, usize> = effects.map(|(effect, count)| (effect.word(), count)).collect();
    let [overridden_by, by_assignment] = [&impact.overridden_by, &impact.by_assignment].map(|by| {
        let places = by.iter().map(|(at, members)| {
            let file = mask.prose(fleet.workspace.path(at.file), &[]);
            json!({ "file": file, "line": fleet.workspace.line_number(*at), "phones": phones(fleet, members) })
        });
        places.collect::<Vec<Value>>()
    });
    json!({
        "target": mask.prose(target, &[]),
        "reads": phones(fleet, &impact.reads),
        "decides": phones(fleet, &impact.decides),
        "on_change": effects,
        "overridden_by": overridden_by,
        "by_place": by_assignment,
    })
}

fn phones(fleet: &Fleet<'_>, members: &[u32]) -> Vec<String> {
    members.iter().map(|&at| display_phone(fleet, &fleet.members[at as usize])).collect()
}

/// Writes the impact as text. `total` is the number of phones that the impact is limited to, and `most` is
/// the maximum number of phones in a list.
///
/// # Errors
/// Writing fails.
pub fn text(
    out: &mut dyn Write,
    fleet: &Fleet<'_>,
    schema: &Schema,
    shown: &TargetImpact<'_>,
    (total, most): (usize, usize),
    mask: &mut Mask<'_>,
) -> io::Result<()> {
    let TargetImpact { name: target, impact, .. } = shown;
    writeln!(out, "{}", mask.prose(target, &[]))?;
    writeln!(out, "  read by        {}", members_text(fleet, &impact.reads, total, most))?;
    if impact.by_assignment.is_empty() {
        writeln!(out, "  effective for  {}", members_text(fleet, &impact.decides, total, most))?;
    }
    let effects = effects(fleet, schema, shown.target);
    let is_file = matches!(shown.target, ImpactTarget::File(_) | ImpactTarget::Include(..));
    let effects: Vec<String> = effects
        .into_iter()
        .map(|(effect, count)| match is_file {
            true => format!("{} ({})", effect.word(), plural(count, "parameter")),
            false => effect.word().to_owned(),
        })
        .collect();
    if !effects.is_empty() {
        writeln!(out, "  on change      {}", effects.join(", "))?;
    }
    for (word, by) in [("overridden at", &impact.overridden_by), ("set at       ", &impact.by_assignment)] {
        for (at, members) in by {
            let workspace = fleet.workspace;
            let name = workspace.names.text(workspace.name(*at));
            let text = one_line(&mask.value(&name, &workspace.value_text(*at)));
            let value = if text.is_empty() { "(empty)" } else { &text };
            let file = mask.prose(workspace.path(at.file), &[]);
            let place = format!("{file}:{}", workspace.line_number(*at));
            writeln!(out, "  {word}  {place}  {value}  for {}", members_text(fleet, members, total, most))?;
        }
    }
    Ok(())
}

fn members_text(fleet: &Fleet<'_>, members: &[u32], total: usize, most: usize) -> String {
    match phones(fleet, members).as_slice() {
        [] => "no phone".into(),
        phones => among(phones, total, most),
    }
}
