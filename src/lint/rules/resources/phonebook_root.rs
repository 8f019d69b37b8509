//! See `phonebook-root.md`.

use crate::catalogue::{Evidence, Resource};
use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::phonebook::{Book, FaultKind, Form};
use crate::text::source::Span;

rule! { "phonebook-root", Error, Certain, File(check), precedence: Free }

const REMOTE: &str =
    "write a remote phonebook as `<YealinkIPPhoneDirectory>` with one `<DirectoryEntry>` for each contact";
const LOCAL: &str =
    "write a local phonebook as `<root_group>` and `<root_contact>`, both in `<vp_contact>` or side by side";

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(book) = cx.book else { return };
    let [is_remote, is_local] = [Resource::RemotePhonebook, Resource::LocalPhonebook]
        .map(|kind| cx.named_by().any(|named| named.kind == kind));
    let found: Option<(Span, Diagnostic)> = match book {
        Err(fault) if fault.kind == FaultKind::Root => {
            let message = if fault.why.eq_ignore_ascii_case("html") {
                "this is a web page, not a phonebook: phones show no contacts from it".to_owned()
            } else {
                format!(
                    "`<{}>` is not the root element of a phonebook: phones show no contact from it",
                    fault.why
                )
            };
            let diagnostic = Diagnostic::new(message).help(if is_remote { REMOTE } else { LOCAL });
            // Flyingvoice documents only the format of remote phonebooks.
            let diagnostic = if is_remote { diagnostic } else { diagnostic.evidence(Evidence::Yealink) };
            Some((fault.at, diagnostic))
        }
        Err(_) => None,
        Ok(book) if book.misplaced.is_some() => Some((book.root, misplaced(book))),
        Ok(book) => match &book.form {
            Form::Local if is_remote => {
                let message = "this is the format of a local phonebook, but the URL of a remote phonebook refers to it: phones probably show no contacts from it";
                Some((book.root, warning(message.into(), REMOTE)))
            }
            Form::Directory(_) | Form::Menus(_) if is_local => {
                let message = "this is the format of a remote phonebook, but the URL of the local phonebook refers to it: phones probably show no contacts from it";
                Some((book.root, warning(message.into(), LOCAL)))
            }
            Form::Directory(prefix) | Form::Menus(prefix) if prefix != "Yealink" => {
                let message = "the root element of this phonebook does not begin with `<YealinkIPPhone`: phones may not accept it";
                Some((book.root, warning(message.into(), REMOTE)))
            }
            _ => None,
        },
    };
    let Some((at, diagnostic)) = found else { return };
    sink.report(cx.place(at), || {
        cx.first_naming()
            .into_iter()
            .fold(diagnostic, |diagnostic, at| diagnostic.related(at, "the phonebook is named here"))
    });
}

/// Creates the diagnostic for a phonebook that contains no contacts in its own format.
fn misplaced(book: &Book) -> Diagnostic {
    let (root, entry) = match &book.form {
        Form::Directory(prefix) => (format!("{prefix}IPPhoneDirectory"), "DirectoryEntry"),
        Form::Menus(prefix) => (format!("{prefix}IPPhoneBook"), "Unit"),
        Form::Local => ("root_contact".to_owned(), "contact"),
    };
    let found = book.misplaced.as_deref().unwrap_or_default();
    let help = match found {
        "DirectoryEntry" => "write the root element as `<YealinkIPPhoneDirectory>`",
        "Unit" | "Menu" => {
            "write the root element as `<YealinkIPPhoneBook>`, with a `<Menu>` around the contacts"
        }
        "contact" | "root_contact" | "root_group" => LOCAL,
        _ if book.form == Form::Local => LOCAL,
        _ => REMOTE,
    };
    let message = format!(
        "phones expect `<{entry}>` in `<{root}>`, but this phonebook contains `<{found}>`: phones probably show no contact from it"
    );
    warning(message, help)
}

fn warning(message: String, help: &str) -> Diagnostic {
    Diagnostic::new(message).help(help).level(Level::Warning)
}
