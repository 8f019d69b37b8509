//! See `misspelled-parameter.md`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::name_check::{NameStatus, unusual_names};
use crate::lint::facts::renamed_setting::can_rename;
use crate::lint::view::{FileCx, SettingText};

rule! { "misspelled-parameter", Error, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let all: Vec<_> = unusual_names(cx).collect();
    // If several lines have the same intended name, only a person can decide which one is correct.
    let mut names: FxHashMap<&str, FxHashSet<&[u8]>> = FxHashMap::default();
    for (setting, status) in &all {
        if let NameStatus::Misspelled { intended, .. } = status {
            names.entry(intended).or_default().insert(setting.name);
        }
    }
    for (setting, status) in all {
        let NameStatus::Misspelled { intended, alone } = status else { continue };
        let is_alone = *alone && names.get(intended.as_str()).is_some_and(|names| names.len() == 1);
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            let message = format!("`{name}` is not a known parameter: phones ignore this line");
            let mut diagnostic = Diagnostic::new(message).help(help(&name, intended));
            if is_alone {
                diagnostic.fix = fix(cx, setting, &name, intended);
            }
            diagnostic.parameter(name)
        });
    }
}

/// Replaces the name with the intended one if no index has to be guessed.
fn fix(cx: &FileCx<'_>, setting: SettingText<'_>, name: &str, intended: &str) -> Option<Fix> {
    if digits(name) != digits(intended) || !can_rename(cx, setting, intended) {
        return None;
    }
    let edit = Edit::replace(cx.place(setting.name_span), intended);
    Some(Fix::guess(format!("write `{intended}`"), vec![edit]))
}

fn digits(name: &str) -> usize {
    name.bytes().filter(u8::is_ascii_digit).count()
}

fn help(name: &str, intended: &str) -> String {
    if intended.strip_prefix("static.") == Some(name) {
        format!("write `{intended}`: this parameter exists only with the prefix `static.`")
    } else if name.strip_prefix("static.") == Some(intended) {
        format!("write `{intended}`: this parameter exists only without the prefix `static.`")
    } else if digits(intended) > digits(name) {
        // The missing index is a guess.
        format!("did you mean `{intended}`, with the right index?")
    } else {
        format!("did you mean `{intended}`?")
    }
}
