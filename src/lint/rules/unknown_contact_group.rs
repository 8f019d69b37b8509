//! See `unknown_contact_group.md`.

use std::collections::HashSet;

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "unknown-contact-group",
    group: Group::Resources,
    level: Level::Warning,
    ground: Ground::Compatible,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("unknown_contact_group.md"),
};

/// Groups that a Yealink phone has of its own, in some version of its firmware; lower case.
const BUILT_IN: [&str; 8] =
    ["all contacts", "blacklist", "blocklist", "company", "family", "friend", "friends", "favorites"];

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Ok(book)) = cx.book else { return };
    // A book without a list of groups may mean those that the phone has.
    let Some(groups) = &book.groups else { return };
    let groups: HashSet<&str> =
        groups.iter().filter_map(|group| group.name.as_ref()).map(|name| name.text.as_str()).collect();
    for group in book.contacts.iter().filter_map(|contact| contact.group.as_ref()) {
        let name = group.text.as_str();
        if groups.contains(name) || BUILT_IN.contains(&name.to_lowercase().as_str()) {
            continue;
        }
        sink.report(cx.place(group.at), || {
            let near = groups.iter().map(|known| (strsim::osa_distance(known, name), *known)).min();
            let near = near.filter(|(distance, _)| *distance <= 2);
            let help = match near {
                Some((_, near)) => format!("did you mean `{near}`?"),
                None => "add the group to `<root_group>`, or name one that stands there".into(),
            };
            Draft::new("the phonebook has no group of this name: the contact is in none").help(help)
        });
    }
}
