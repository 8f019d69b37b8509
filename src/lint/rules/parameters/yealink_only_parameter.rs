//! See `yealink-only-parameter.md`.

use rustc_hash::FxHashSet;

use crate::catalogue::NAME;
use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::name_check::{NameStatus, NewName, unusual_names};
use crate::lint::facts::renamed_setting::can_rename;
use crate::lint::view::{FileCx, SettingText};

rule! { "yealink-only-parameter", Warning, Compatible, File(check), lines: Unordered }

/// A line with a name that only Yealink phones support.
struct YealinkLine<'a> {
    setting: SettingText<'a>,
    new: Option<&'a NewName>,
}

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut families: Vec<(String, Vec<YealinkLine<'_>>)> = Vec::new();
    let suppressed = suppressed_lines(cx);
    for (setting, status) in unusual_names(cx) {
        let NameStatus::YealinkOnly(new) = status else { continue };
        let line = YealinkLine { setting, new: new.as_ref() };
        // A suppression covers only its line, so that line gets a separate finding.
        let family =
            if suppressed.contains(&setting.line) { format!("{}", setting.line) } else { line.family() };
        match families.iter_mut().find(|(known, _)| *known == family) {
            Some((_, lines)) => lines.push(line),
            None => families.push((family, vec![line])),
        }
    }
    for (_, lines) in families {
        if let Some(first) = lines.first() {
            sink.report(cx.place(first.setting.name_span), || diagnostic(cx, first, &lines));
        }
    }
}

/// Lines on which this rule is suppressed.
fn suppressed_lines(cx: &FileCx<'_>) -> FxHashSet<usize> {
    let own = cx
        .directives()
        .into_iter()
        .filter(|directive| directive.rules.iter().any(|(rule, _)| RULE.has_name(rule)));
    own.filter_map(|directive| directive.line).collect()
}

impl YealinkLine<'_> {
    /// The family of the line. Lines in the same family are reported together: lines with the same rename,
    /// lines for the same codec, or lines whose names begin with the same word.
    fn family(&self) -> String {
        let name = self.setting.name_text();
        match self.new {
            Some(new) if new.rename.name_in.is_some() => {
                let codec = name.rsplit_once('.').map_or(&*name, |(codec, _)| codec);
                format!("codec {codec}")
            }
            Some(new) => format!("rename {}", new.rename.old),
            None => name.split('.').next().unwrap_or_default().to_owned(),
        }
    }

    /// The corresponding name on Flyingvoice phones. If that name contains a codec, the codec is taken from
    /// the line that specifies it.
    fn new_name(&self, cx: &FileCx<'_>) -> Option<String> {
        let new = self.new?;
        let Some(parameter) = new.rename.name_parameter(&self.setting.name_text()) else {
            return Some(new.name.clone());
        };
        let setting = cx.settings().find(|setting| setting.name == parameter.as_bytes())?;
        let word = setting.value.text().to_lowercase();
        let name = new.name.replace(NAME, &word);
        cx.common.schema.parameter(&name).map(|_| name)
    }
}

fn diagnostic(cx: &FileCx<'_>, first: &YealinkLine<'_>, lines: &[YealinkLine<'_>]) -> Diagnostic {
    let name = first.setting.name_text().into_owned();
    let message = match lines.len() {
        1 => format!(
            "`{name}` is a Yealink parameter that Flyingvoice phones are not known to support: phones may ignore this line"
        ),
        count => format!(
            "`{name}` and {} more lines in this file set Yealink parameters of the same family, which Flyingvoice phones are not known to support: phones may ignore these lines",
            count - 1
        ),
    };
    let mut diagnostic = Diagnostic::new(message).help(help(cx, first, lines.len() > 1));
    diagnostic.fix = fix(cx, lines);
    diagnostic.parameter(name)
}

fn help(cx: &FileCx<'_>, first: &YealinkLine<'_>, has_more: bool) -> String {
    let others = if has_more { ", and change the other lines in the same way" } else { "" };
    match (first.new, first.new_name(cx)) {
        (Some(new), Some(name)) if new.rename.help_only => {
            format!("the corresponding parameter is `{name}`: it applies to all accounts")
        }
        (Some(_), Some(name)) => format!("write `{name}`{others}"),
        (Some(new), None) => format!(
            "write `{}`, with the codec name in place of `{NAME}`: `pcmu`, `pcma`, `g722`, or `g729`",
            new.name
        ),
        (None, _) => "remove the line, or test it on a phone; if the phone accepts it, suppress this finding with a reason".into(),
    }
}

/// Renames the lines that keep their meaning under the new name, and removes lines whose values become part
/// of other names.
fn fix(cx: &FileCx<'_>, lines: &[YealinkLine<'_>]) -> Option<Fix> {
    let mut names: FxHashSet<String> = FxHashSet::default();
    let mut edits = Vec::new();
    for line in lines {
        let new = line.new.filter(|new| !new.rename.help_only)?;
        let name = line.new_name(cx)?;
        if new.rename.is_dropped() {
            edits.extend(Edit::remove_line(&cx.common, cx.file, line.setting.line));
        } else if can_rename(cx, line.setting, &name) && names.insert(name.clone()) {
            edits.push(Edit::replace(cx.place(line.setting.name_span), name));
        } else if new.rename.name_in.is_some() {
            // The three lines for a codec belong together.
            return None;
        }
    }
    let title = match lines {
        [only] => format!("write `{}`", only.new_name(cx)?),
        _ => "use the parameter names of Flyingvoice phones".to_owned(),
    };
    (!names.is_empty()).then(|| Fix::guess(title, edits))
}
