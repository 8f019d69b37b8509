//! See `unknown-contact-group.md`.

use std::collections::{HashMap, HashSet};

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::phonebook::Text;
use crate::text::nearest::nearest;

rule! { "unknown-contact-group", Warning, Compatible, File(check), precedence: Free }

/// Groups that are built into some firmware versions of Yealink phones, in lowercase.
const BUILT_IN: [&str; 8] =
    ["all contacts", "blacklist", "blocklist", "company", "family", "friend", "friends", "favorites"];

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Ok(book)) = cx.book else { return };
    // A phonebook without a list of groups may use the phone's built-in groups.
    let Some(groups) = &book.groups else { return };
    let groups: HashSet<&str> =
        groups.iter().filter_map(|group| group.name.as_ref()).map(|name| name.text.as_str()).collect();
    // Reports one finding per group name, because usually all contacts in a group have the same problem.
    // These names come from untrusted files. The standard map resists crafted hash collisions.
    let mut unknown: HashMap<&str, (&Text, usize)> = HashMap::new();
    for group in book.contacts.iter().filter_map(|contact| contact.group.as_ref()) {
        let name = group.text.as_str();
        if !groups.contains(name) && !BUILT_IN.contains(&name.to_lowercase().as_str()) {
            unknown.entry(name).or_insert((group, 0)).1 += 1;
        }
    }
    for (name, (group, count)) in unknown {
        sink.report(cx.place(group.at), || {
            // Crafted names can be very long, and the cost of the similarity search is the product of the
            // lengths.
            let near = groups.iter().filter(|known| known.len().max(name.len()) < 100);
            let help = match nearest(name, near, 2) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add the group to `<root_group>`, or use an existing one".into(),
            };
            let whose = if count == 1 { "this contact is".into() } else { format!("{count} contacts are") };
            Diagnostic::new(format!(
                "the phonebook has no group with this name: {whose} not assigned to any group"
            ))
            .help(help)
        });
    }
}
