//! See `malformed-line.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::facts::conflict_marker::is_marker;
use crate::lint::facts::malformed_line::{Cause, cause, rewritten_name};
use crate::lint::facts::value_check::check_value;
use crate::lint::view::{FileCx, FileLine};
use crate::text::residue::placeholder;
use crate::text::source::Span;
use crate::text::syntax::{COMMENT_MARKS, LineKind, is_whitespace, trim};

rule! { "malformed-line", Error, Certain, File(check), precedence: Line(4), lines: Unordered }

/// Consecutive malformed lines with the same cause.
struct Run<'a> {
    lines: Vec<FileLine<'a>>,
    cause: Cause,
}

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut open = false;
    // Whether the previous line is a setting or the continuation of one.
    let mut continues = false;
    for line in cx.lines() {
        let kind = line.kind();
        // Other rules report conflict markers and placeholders.
        let mine = kind == LineKind::Unknown
            && !is_marker(line.content())
            && placeholder(line.content(), kind).is_none();
        let mut own_cause = None;
        if mine {
            let found = cause(cx, line.bytes(line.body()), continues);
            match runs.last_mut() {
                Some(run) if open && run.cause == found => run.lines.push(line),
                _ => runs.push(Run { lines: vec![line], cause: found }),
            }
            own_cause = Some(found);
        }
        open = mine || (open && kind == LineKind::Empty);
        continues = matches!(kind, LineKind::Setting { .. }) || own_cause == Some(Cause::Continued);
    }
    for run in runs {
        if let Some(first) = run.lines.first() {
            sink.report(cx.place(first.body()), || diagnostic(cx, first, &run));
        }
    }
}

fn diagnostic(cx: &FileCx<'_>, first: &FileLine<'_>, run: &Run<'_>) -> Diagnostic {
    let (lines, them) = match run.lines.len() {
        1 => ("this line is".into(), "it"),
        count => (format!("{count} lines starting here are"), "them"),
    };
    let what = match run.cause {
        Cause::Xml => "XML, which phones do not read here",
        Cause::Section => "an ini section, which phones do not support",
        Cause::NoName => "not a setting: there is no name before the `=`",
        Cause::Include => "not an include: `include:config` is missing or misspelled",
        Cause::Colon => "not a setting: it has `:` instead of `=`",
        Cause::BlankInName => "not a setting: there is a space inside the name",
        Cause::Prefixed => "not a setting: there is text before the name",
        Cause::Bracket => "not a setting: an index is in brackets",
        Cause::Quoted => "not a setting: the name is in quotes",
        Cause::Unseen => "not empty: it contains characters that editors do not show",
        Cause::NoSign => "not a setting: the `=` is missing",
        Cause::Comment => "in a comment syntax that phones do not support: comments begin with `#`",
        Cause::Continued => "probably the rest of the line above: a value cannot continue on a second line",
        Cause::Other => "not a setting, an include, or a comment",
    };
    let mut diagnostic = Diagnostic::new(format!("{lines} {what}; the phone ignores {them}")).help(help(
        cx,
        cx.visible(first.body()),
        run.cause,
    ));
    diagnostic.fix = fix(cx, run);
    // The phone probably ignores the line, as the author intended.
    if run.cause == Cause::Comment { diagnostic.level(Level::Warning) } else { diagnostic }
}

fn help(cx: &FileCx<'_>, body: &[u8], cause: Cause) -> String {
    // Only names from the catalogue are printed: any other word on a malformed line may be part of a secret.
    let known = rewritten_name(body, cause).map(|(name, _)| name);
    if let Some(name) = known.filter(|name| cx.common.schema.parameter(name).is_some()) {
        return format!("write `{name} = …`");
    }
    match cause {
        Cause::Xml | Cause::Section => "write one `name = value` per line, or do not include this file",
        Cause::Include => "write `include:config <name.cfg>`",
        Cause::Quoted => "write the name without quotes",
        Cause::Unseen => "delete the line and type it again",
        Cause::Continued => "join it with the line above",
        Cause::Comment => "begin the line with `#`",
        _ => "write `name = value`, or begin the line with `#` to make it a comment",
    }
    .into()
}

/// Rewrites all lines in a run, if the meaning of each is certain.
fn fix(cx: &FileCx<'_>, run: &Run<'_>) -> Option<Fix> {
    if run.cause == Cause::Comment {
        let edits = run.lines.iter().map(|line| comment_edit(cx, line)).collect::<Option<_>>()?;
        return Some(Fix::guess("begin the comment with `#`", edits));
    }
    let mut names = Vec::with_capacity(run.lines.len());
    let mut edits = Vec::with_capacity(run.lines.len());
    for line in &run.lines {
        let (name, edit) = setting_edit(cx, line, run.cause)?;
        if names.contains(&name) {
            return None;
        }
        names.push(name);
        edits.push(edit);
    }
    Some(Fix::guess("write `name = value`", edits))
}

/// Replaces a different format's comment mark with `#`, and removes a mark at the end of the line.
fn comment_edit(cx: &FileCx<'_>, line: &FileLine<'_>) -> Option<Edit> {
    let text = cx.text();
    let body = line.body().slice(text);
    let mark = COMMENT_MARKS.iter().find(|mark| body.starts_with(mark))?;
    let mut comment = body.get(mark.len()..)?;
    for end in [b"*/".as_slice(), b"-->"] {
        comment = comment.strip_suffix(end).unwrap_or(comment);
    }
    let comment = std::str::from_utf8(trim(comment)).ok()?;
    // If the line became a comment, a suppression in it would take effect.
    (!comment.starts_with("fvprov:")).then(|| Edit::replace(cx.place(line.body()), format!("# {comment}")))
}

/// Writes the line as a setting of a known parameter that the file does not already set.
fn setting_edit(cx: &FileCx<'_>, line: &FileLine<'_>, cause: Cause) -> Option<(String, Edit)> {
    let span = line.body();
    let body = span.slice(cx.text());
    let (name, value_start) = rewritten_name(body, cause)?;
    let value = std::str::from_utf8(trim(body.get(value_start..)?)).ok()?;
    let parameter = cx.common.schema.parameter(&name)?;
    if value.is_empty() || cx.sets(&name) || check_value(parameter, value).is_some() {
        return None;
    }
    let written: usize = body.iter().skip(value_start).take_while(|b| is_whitespace(**b)).count();
    let start = span.start as usize;
    let place = cx.place(Span::new(start, start + value_start + written));
    Some((name.clone(), Edit::replace(place, format!("{name} = "))))
}
