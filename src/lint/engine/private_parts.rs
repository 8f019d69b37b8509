//! Private parts of a phone's own files: the values of [private names](PrivateNames), comments for people,
//! and the name of the phone's cfg in its boot file, if no rule can report anything about them.

use crate::lint::facts::passwords::Password;
use crate::lint::facts::plain_value::is_harmless;
use crate::lint::facts::time_stamp::time_stamp;
use crate::lint::facts::value_check::value_residue;
use crate::lint::view::{Common, FileCx, PrivateReads, World, has_directive};
use crate::text::opaque::Opaque;
use crate::text::placeholder::{is_bare_placeholder, is_unfinished};
use crate::text::residue::{is_plain, placeholder};
use crate::text::source::{FileId, Span};
use crate::text::syntax::{Line, LineKind};
use crate::tree::load::{Assignment, OwnFiles, State};
use crate::tree::names::Role;

/// Private parts of a file, in order. The list is empty if the file is not a phone's own file, or if no other
/// phone can be equivalent to that phone.
pub fn private_parts(world: &World<'_>, file: FileId) -> Vec<Span> {
    let mut parts = Vec::new();
    let workspace = world.workspace;
    let document = workspace.document(file);
    if let (Role::Mac(_, mac), Some(root)) = (document.role, document.root)
        && let Some(own) = workspace.roots[root].phones.get(&mac)
        && let [reader] = world.fleet.readers[file.0 as usize][..]
        && is_own(world, file, reader)
    {
        find(world, file, *own, &mut parts);
    }
    parts
}

/// Whether a file was read, is used by only one phone, and has content that can be fingerprinted: no include
/// in a cfg, no NUL byte, and no line that exceeds the length limit.
pub fn is_own(world: &World<'_>, file: FileId, member: u32) -> bool {
    let (document, text) = (world.workspace.document(file), world.workspace.text(file));
    document.state == State::Read
        && world.fleet.readers[file.0 as usize] == [member]
        && document.named_by.is_empty()
        && document.segments.len() < 2
        // The lines of a file that hides everything are no settings.
        && !document.opaque.is_some_and(Opaque::hides_everything)
        // The fingerprint contains this byte in place of private parts.
        && memchr::memchr(0, text).is_none()
        && FileCx::new(world, &PrivateReads::default(), file, &[], None).long_line().is_none()
}

/// Appends the private parts of a file to a list.
pub fn find(world: &World<'_>, file: FileId, own: OwnFiles, parts: &mut Vec<Span>) {
    let (document, text) = (world.workspace.document(file), world.workspace.text(file));
    let mut settings = (0..).map(|setting| Assignment { file, setting });
    let mut includes = document.includes.iter();
    for line in document.tree.lines() {
        parts.extend(match line.kind {
            LineKind::Comment => remark(&line, text),
            LineKind::Setting { .. } => settings.next().and_then(|at| private_value(world, at, &line)),
            LineKind::Include { target, .. } => {
                let to = includes.next().and_then(|include| include.to.as_ref().ok());
                own.cfg.filter(|cfg| to == Some(cfg)).and_then(|cfg| name_in(world, cfg, target, text))
            }
            _ => None,
        });
    }
}

/// Private part of a line in a cfg, which sets the assignment if it is a setting.
pub fn private_part(world: &World<'_>, at: Assignment, line: &Line) -> Option<Span> {
    match line.kind {
        LineKind::Comment => remark(line, world.workspace.text(at.file)),
        LineKind::Setting { .. } => private_value(world, at, line),
        _ => None,
    }
}

/// Value that an assignment sets on a line, if it is private.
fn private_value(world: &World<'_>, at: Assignment, line: &Line) -> Option<Span> {
    let LineKind::Setting { value, .. } = line.kind else { return None };
    is_private(world, at, value, line).then_some(value)
}

/// Span of a file's name at the end of an include's target.
fn name_in(world: &World<'_>, file: FileId, target: Span, text: &[u8]) -> Option<Span> {
    let name = world.workspace.file_name(file).as_bytes();
    let start = target.end - name.len().min(target.slice(text).len()) as u32;
    let end = Span { start, end: target.end };
    (end.slice(text) == name).then_some(end)
}

/// Whether a value on a line is private and cannot be reported by any rule.
fn is_private(world: &World<'_>, at: Assignment, span: Span, line: &Line) -> bool {
    let workspace = world.workspace;
    let Some(private) = world.private.get(workspace.name(at)) else { return false };
    let text = workspace.text(at.file);
    let bytes = span.slice(text);
    let Ok(value) = std::str::from_utf8(bytes) else { return false };
    let is_text = is_plain(bytes)
        || is_harmless(bytes)
            && value_residue(private.parameter, value).is_none()
            && !is_bare_placeholder(value, true)
            && !is_unfinished(value)
            && placeholder(line.content(text).slice(text), line.kind).is_none();
    is_text
        && (private.accepts_all || private.parameter.check(value).is_ok())
        && (!private.is_password
            || ({
                let reads = PrivateReads::default();
                let password =
                    Password::from_assignment(Common::new(world, &reads), at, private.parameter, bytes);
                password.is_none_or(|password| password.weakness().is_none())
            }))
}

/// Span of a comment that is meant for people. A comment is not private if it is for fvprov, or if it
/// contains a timestamp, a `>` (possibly the end of markup), or invalid UTF-8.
fn remark(line: &Line, text: &[u8]) -> Option<Span> {
    let content = line.content(text);
    // A byte order mark and whitespace can precede the `#`.
    let start = content.start + memchr::memchr(b'#', content.slice(text))? as u32;
    let remark = Span { start, end: content.end };
    let said = remark.slice(text);
    let is_telling = memchr::memchr(b'>', said).is_some()
        || has_directive(said)
        || time_stamp(said).is_some()
        || std::str::from_utf8(said).is_err();
    (!is_telling).then_some(remark)
}
