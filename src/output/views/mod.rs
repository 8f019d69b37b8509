//! The output of `render`, `why`, `diff`, `fetch`, `impact`, `phones`, `notify`, `serve` and `explain`,
//! as text and JSON.

pub mod diff;
pub mod fetch;
pub mod graph;
pub mod greeting;
pub mod impact;
pub mod model;
pub mod notify;
pub mod parameter;
pub mod phones;
pub mod render;
pub mod rule;
pub mod why;

use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::tree::resolve::phone_name;

/// Maximum number of phones to name.
const MOST_NAMED: usize = 3;

/// `3 of 42 phones: 0021f2000001, …`. Phones without files of their own are added as "any other phone".
pub fn among(list: &[String], total: usize) -> String {
    let (any, own): (Vec<String>, Vec<String>) =
        list.iter().cloned().partition(|phone| phone.rsplit('/').next() == Some("any"));
    let own = match own.as_slice() {
        [] => None,
        [only] => Some(one_line(only)),
        list if list.len() == total => Some(format!("all {total} phones")),
        list => Some(format!("{} of {}: {}", list.len(), phones(total), list_phones(list))),
    };
    let any = (!any.is_empty()).then(|| phone_name(None));
    own.into_iter().chain(any).collect::<Vec<_>>().join("; ")
}

fn list_phones(list: &[String]) -> String {
    let more = if list.len() > MOST_NAMED { ", …" } else { "" };
    let named: Vec<String> = list.iter().take(MOST_NAMED).map(|phone| one_line(phone)).collect();
    format!("{}{more}", named.join(", "))
}

fn phones(count: usize) -> String {
    plural(count, "phone")
}
