//! Mistakes drawn from the catalogue: for each constraint that it states, a value that violates it.

use std::collections::BTreeMap;

use fvprov::catalogue::{Constraint, Evidence, Parameter, Relation, RelationKind, Schema, ValueType};

use super::site::Site;
use super::{Expected, Mistake};
use crate::support::random::Random;

/// Phones of the model that supports the most parameters.
const PHONES: [&str; 2] = ["0021f2000002.cfg", "0021f2000005.cfg"];

/// An index for keys that no phone of the site sets.
const FREE_KEY: &str = "6";

/// A mistake before the seed selects its place.
struct Draft {
    kind: &'static str,
    evidence: Evidence,
    /// The setting with the mistake. If the site sets this parameter, one of these lines changes; otherwise the line is added.
    name: String,
    value: String,
    /// Lines that are added with it.
    others: Vec<String>,
    /// The parameters that a relation connects with it.
    partners: Vec<String>,
    words: String,
}

/// A setting of the site: path, line from 0, name, value.
type Setting = (String, usize, String, String);

/// Mistakes of every kind in turn, until there are `count`.
pub fn mistakes(site: &Site, random: &mut Random, count: usize) -> Vec<Mistake> {
    let schema = Schema::builtin();
    let settings = settings(site, schema);
    let mut drafts: BTreeMap<&str, Vec<Draft>> = BTreeMap::new();
    let all = schema.parameters().iter().flat_map(|parameter| of_parameter(parameter, random));
    let relations = schema.relations().iter().flat_map(of_relation);
    // The site sets these partners itself; `removed` removes them.
    let relations = relations.filter(|draft| {
        draft.kind != "a setting without its partner"
            || !draft.partners.iter().any(|partner| settings.contains_key(partner.as_str()))
    });
    for draft in all.collect::<Vec<_>>().into_iter().chain(relations) {
        drafts.entry(draft.kind).or_default().push(draft);
    }
    let mut mistakes = removed(site, &settings);
    while mistakes.len() < count {
        for drafts in drafts.values_mut().filter(|drafts| !drafts.is_empty()) {
            let draft = drafts.swap_remove(random.below(drafts.len()));
            mistakes.push(draft.plant(site, &settings, random));
        }
    }
    mistakes.truncate(count);
    mistakes
}

/// The settings of the site by parameter.
fn settings<'a>(site: &Site, schema: &'a Schema) -> BTreeMap<&'a str, Vec<Setting>> {
    let mut settings: BTreeMap<&str, Vec<Setting>> = BTreeMap::new();
    for path in site.files.keys().filter(|path| path.ends_with(".cfg")) {
        for (at, line) in site.lines(path).iter().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let Some((name, value)) = line.split_once(" = ") else { continue };
            let parameter = schema.parameter(name).expect("a name of the catalogue");
            let setting = (path.clone(), at, name.to_owned(), value.to_owned());
            settings.entry(&parameter.name).or_default().push(setting);
        }
    }
    settings
}

/// A name of the catalogue with indices.
fn indexed(name: &str) -> String {
    let key = name.starts_with("linekey.") || name.starts_with("programablekey.");
    let index = if key { FREE_KEY } else { "1" };
    name.split('.').map(|it| if matches!(it, "X" | "Y") { index } else { it }).collect::<Vec<_>>().join(".")
}

fn of_parameter(parameter: &Parameter, random: &mut Random) -> Vec<Draft> {
    let drafter = Drafter { parameter, name: indexed(&parameter.name), first: first_value(parameter) };
    let mut drafts = drafter.of_type(random);
    drafts.extend(drafter.of_limits(random));
    drafts.extend(drafter.of_indices(random));
    drafts.extend(misspelled(parameter, random).map(|wrong| Draft {
        name: wrong,
        evidence: Evidence::Flyingvoice,
        ..drafter.draft(Constraint::Type, "a misspelled name", drafter.valid(), &drafter.name)
    }));
    drafts
}

/// The first known value, or nothing.
fn first_value(parameter: &Parameter) -> &str {
    parameter.values.first().map_or("", |(value, _)| value.as_str())
}

/// Writes the drafts about one parameter.
struct Drafter<'a> {
    parameter: &'a Parameter,
    name: String,
    first: &'a str,
}

impl Drafter<'_> {
    fn draft(&self, constraint: Constraint, kind: &'static str, value: &str, words: &str) -> Draft {
        Draft {
            kind,
            evidence: self.parameter.evidence_for(constraint),
            name: self.name.clone(),
            value: value.to_owned(),
            others: Vec::new(),
            partners: Vec::new(),
            words: words.to_owned(),
        }
    }

    /// A value that most types accept.
    fn valid(&self) -> &str {
        if self.first.is_empty() { "1" } else { self.first }
    }

    /// The words of a help about the range.
    fn range(&self) -> String {
        match (self.parameter.min, self.parameter.max) {
            (Some(min), Some(max)) if self.parameter.value_type == ValueType::Enum => {
                format!("{min}, & {max},")
            }
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(bound), None) | (None, Some(bound)) => bound.to_string(),
            (None, None) if self.parameter.value_type == ValueType::Port => "65535".into(),
            (None, None) => "number".into(),
        }
    }

    /// Values of another type.
    fn of_type(&self, random: &mut Random) -> Vec<Draft> {
        let (parameter, first) = (self.parameter, self.first);
        let numbers =
            !first.is_empty() && parameter.values.iter().all(|(value, _)| value.parse::<f64>().is_ok());
        match parameter.value_type {
            ValueType::Bool => {
                let word = random.pick(&["yes", "On", "enabled", "TRUE", "activated", "nein"]);
                let number = random.pick(&["2", "3", "-1", "10"]);
                vec![
                    self.draft(Constraint::Type, "a word for 0 or 1", word, "0 / 1"),
                    self.draft(Constraint::Type, "another number than 0 or 1", number, "0 / 1"),
                ]
            }
            ValueType::Integer | ValueType::Float | ValueType::Port => {
                let word = random.pick(&["many", "off", "default"]);
                let value = parameter.min.or(parameter.max).unwrap_or(60.0);
                let with_unit = format!("{value}{}", random.pick(&["s", " ms", " sec", "min", "%"]));
                vec![
                    self.draft(Constraint::Type, "a word for a number", word, &self.range()),
                    self.draft(
                        Constraint::Type,
                        "a number with a unit",
                        &with_unit,
                        &format!("{value} / {}", self.range()),
                    ),
                ]
            }
            ValueType::Enum if numbers => {
                let word = random.pick(&["standard", "first", "auto mode"]);
                vec![self.draft(
                    Constraint::Type,
                    "a word for a number of a list",
                    word,
                    &format!("{first} / number"),
                )]
            }
            other => {
                let value = malformed(other, random);
                let words = "address / host / mask / url / http / port / four numbers / bin";
                value
                    .map(|value| self.draft(Constraint::Type, "a malformed address", value, words))
                    .into_iter()
                    .collect()
            }
        }
    }

    /// Values beyond the range, the list, and the length.
    fn of_limits(&self, random: &mut Random) -> Vec<Draft> {
        let parameter = self.parameter;
        let mut drafts = Vec::new();
        if let Some(max) = parameter.max {
            let above = max + random.pick(&[1.0, 2.0, 5.0, 100.0]);
            drafts.push(self.draft(
                Constraint::Range,
                "a number above the range",
                &above.to_string(),
                &self.range(),
            ));
        }
        if let Some(min) = parameter.min.filter(|min| *min != 0.0) {
            drafts.push(self.draft(
                Constraint::Range,
                "a number below the range",
                &(min - 1.0).to_string(),
                &self.range(),
            ));
        }
        if parameter.value_type == ValueType::Enum && !parameter.open {
            drafts.push(self.draft(Constraint::Values, "a value that a closed list lacks", "97", self.first));
        }
        if let Some(length) = parameter.length {
            let text = match parameter.value_type {
                ValueType::Url => format!("http://10.11.0.9/{}.xml", "a".repeat(length)),
                ValueType::DialCode | ValueType::PhoneNumber => "1".repeat(length + 1),
                ValueType::Password => "aB3".repeat(length / 3 + 1),
                _ => "a".repeat(length + 1),
            };
            drafts.push(self.draft(
                Constraint::Length,
                "a text that is too long",
                &text,
                &length.to_string(),
            ));
        }
        drafts
    }

    fn of_indices(&self, random: &mut Random) -> Vec<Draft> {
        let indices = self.parameter.index.iter().map(|(letter, (_, last))| {
            let above = (last + random.pick(&[1, 2, 9])).to_string();
            let letter = letter.to_string();
            let segments = self.parameter.name.split('.').map(|it| if *it == letter { &above } else { it });
            let name = indexed(&segments.collect::<Vec<_>>().join("."));
            Draft {
                name,
                ..self.draft(Constraint::Index, "an index above the range", self.valid(), &last.to_string())
            }
        });
        indices.collect()
    }
}

/// A value that no parameter of a type accepts.
fn malformed(value_type: ValueType, random: &mut Random) -> Option<&'static str> {
    Some(match value_type {
        ValueType::Ipv4 => random.pick(&["10.11.0.256", "10.11.0", "10,11,0,9", "router", "10.11.0.9/24"]),
        ValueType::Ipv6 => random.pick(&["10.11.0.9", "2001:db8::1::2", "2001:db8:zz::1"]),
        ValueType::Mask => random.pick(&["24", "255.255.255", "255.0.255.0"]),
        ValueType::Host => random.pick(&["http://10.11.0.9", "10.11.0.999", "my server", "host_name:50 60"]),
        ValueType::Hostport => random.pick(&["10.11.0.9:99999", "http://10.11.0.9", "host:"]),
        ValueType::Url => {
            random.pick(&["htp://10.11.0.9/a.xml", "C:\\files\\a.xml", "http:/10.11.0.9/a.xml"])
        }
        _ => return None,
    })
}

/// The name with one slip of the keyboard.
fn misspelled(parameter: &Parameter, random: &mut Random) -> Option<String> {
    let name = indexed(&parameter.name);
    let letters: Vec<usize> = (1..name.len() - 1)
        .filter(|at| name.as_bytes()[at - 1..=at + 1].iter().all(u8::is_ascii_lowercase))
        .collect();
    let at = *letters.get(random.below(letters.len().max(1)))?;
    let (before, after) = name.split_at(at);
    let letter = &after[..1];
    let wrong = match random.below(5) {
        0 => format!("{before}{}", &after[1..]),
        1 => format!("{before}{letter}{after}"),
        2 if after.as_bytes()[1] != after.as_bytes()[0] => {
            format!("{before}{}{letter}{}", &after[1..2], &after[2..])
        }
        3 => format!("{before}{}{}", if letter == "q" { "w" } else { "q" }, &after[1..]),
        _ if name.starts_with("static.") => name.replacen("static.", "", 1),
        _ => format!("static.{name}"),
    };
    (Schema::builtin().parameter(&wrong).is_none()).then_some(wrong)
}

fn of_relation(relation: &Relation) -> Vec<Draft> {
    let name = indexed(&relation.name);
    // 1 is the default of some parameters.
    let value = relation.values.first().map_or("2", String::as_str);
    let other = relation.others.first().map(|other| relation.with_indices(other, &name)).unwrap_or_default();
    // The words of the help contain the end of the partner's name, before an index.
    let words =
        other.rsplit('.').find(|part| !matches!(*part, "X" | "Y" | "1" | FREE_KEY)).unwrap_or_default();
    let draft = |kind, value: &str, others: Vec<String>| Draft {
        kind,
        evidence: relation.evidence,
        name: name.clone(),
        value: value.to_owned(),
        others,
        partners: relation.others.clone(),
        words: words.to_owned(),
    };
    let indexed_other = indexed(&other);
    match relation.kind {
        RelationKind::Needs => vec![
            draft("a setting without its partner", value, Vec::new()),
            draft("a setting whose partner is empty", value, vec![format!("{indexed_other} =")]),
        ],
        RelationKind::OnlyWith => {
            let wrong = if relation.other_values == ["1"] { "0" } else { "1" };
            vec![draft(
                "a setting that its switch makes ineffective",
                value,
                vec![format!("{indexed_other} = {wrong}")],
            )]
        }
        RelationKind::AtMost => {
            vec![draft("a minimum above its maximum", "350", vec![format!("{indexed_other} = 300")])]
        }
        RelationKind::Differs => {
            vec![draft("two values that must differ", "7", vec![format!("{indexed_other} = 7")])]
        }
        RelationKind::NamesAccount => {
            let others = vec![format!("{indexed_other} = {}", relation.other_values[0])];
            vec![Draft { words: "account".into(), ..draft("a key of an account that is off", "5", others) }]
        }
        RelationKind::LabelOfType => {
            let labels: Vec<_> = relation.words.iter().filter(|(_, labels)| labels.len() > 1).collect();
            labels
                .windows(2)
                .map(|pair| {
                    let (own, label) = (pair[0].0, &pair[1].1[0]);
                    draft("a label of another key type", label, vec![format!("{indexed_other} = {own}")])
                })
                .collect()
        }
        RelationKind::SameOnAccounts => Vec::new(),
    }
}

/// Every line of the site whose loss matters: the partner of a relation, removed or emptied.
fn removed(site: &Site, settings: &BTreeMap<&str, Vec<Setting>>) -> Vec<Mistake> {
    let schema = Schema::builtin();
    let mut mistakes = Vec::new();
    let needs = schema.relations().iter().filter(|relation| relation.kind == RelationKind::Needs);
    for relation in needs.filter(|relation| relation.others.len() == 1 && relation.other_values.is_empty()) {
        let Some((path, _, name, _)) = settings
            .get(relation.name.as_str())
            .and_then(|all| all.iter().find(|(_, _, _, value)| relation.applies(value)))
        else {
            continue;
        };
        let partner = relation.with_indices(&relation.others[0], name).replace('Y', "1");
        let Some((other_path, line, ..)) = settings
            .get(relation.others[0].as_str())
            .and_then(|all| all.iter().find(|setting| setting.2 == partner && setting.0 == *path))
        else {
            continue;
        };
        for (kind, new) in
            [("a partner that is removed", None), ("a partner that is emptied", Some(format!("{partner} =")))]
        {
            let mut site = site.clone();
            let mut lines = site.lines(other_path);
            let empty = new.is_some();
            lines.splice(*line..=*line, new);
            site.files.insert(other_path.clone(), (lines.join("\n") + "\n").into_bytes());
            let mut places = vec![Expected::Matching(path.clone(), format!("{name} =*"))];
            if empty {
                places.push(Expected::Lines(other_path.clone(), line + 1..=line + 1));
            }
            let what = format!("{other_path}:{}: {partner}", line + 1);
            let evidence = evidence(relation.evidence);
            mistakes.push(Mistake {
                kind: kind.into(),
                evidence,
                what,
                site,
                places,
                words: partner.clone(),
            });
        }
    }
    mistakes
}

fn evidence(evidence: Evidence) -> String {
    format!("{evidence:?}").to_lowercase()
}

impl Draft {
    fn plant(self, site: &Site, settings: &BTreeMap<&str, Vec<Setting>>, random: &mut Random) -> Mistake {
        let mut site = site.clone();
        let known = Schema::builtin().parameter(&self.name).and_then(|it| settings.get(it.name.as_str()));
        let known = known.filter(|_| self.others.is_empty() && self.kind != "an index above the range");
        let (path, line, name) = match known {
            Some(known) => {
                let (path, line, name, _) = random.pick(known);
                (path, Some(line), name)
            }
            None => (random.pick(&PHONES).to_owned(), None, self.name.clone()),
        };
        let mut lines = site.lines(&path);
        let setting = format!("{name} = {}", self.value);
        let at = if let Some(line) = line {
            lines[line].clone_from(&setting);
            line
        } else {
            // The lines that are added with it must not repeat a name of the file.
            lines.retain(|line| !self.others.iter().any(|other| same_name(line, other)));
            lines.extend(self.others.iter().cloned());
            lines.retain(|line| !same_name(line, &setting));
            lines.push(setting.clone());
            lines.len() - 1
        };
        site.files.insert(path.clone(), (lines.join("\n") + "\n").into_bytes());
        let first = at + 1 - if line.is_none() { self.others.len() } else { 0 };
        let what = format!("{path}:{}: {setting} {}", at + 1, self.others.join("; "));
        Mistake {
            kind: self.kind.to_owned(),
            evidence: evidence(self.evidence),
            what,
            site,
            places: vec![Expected::Lines(path, first..=at + 1)],
            words: self.words,
        }
    }
}

fn same_name(line: &str, other: &str) -> bool {
    line.split('=').next().map(str::trim) == other.split('=').next().map(str::trim)
}
