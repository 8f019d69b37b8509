//! See `incomplete-codec.md`.

use std::collections::BTreeMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{Account, MemberCx};
use crate::tree::load::Assignment;

rule! { "incomplete-codec", Warning, Likely, Phone(check) }

macro_rules! codecs {
    ($($codec:literal)*) => {
        [$(($codec, concat!("account.X.codec.", $codec, ".enable"))),*]
    };
}

/// The codecs in the catalogue, each with the pattern of the parameter that enables it.
const CODECS: [(&str, &str); 13] = codecs! {
    "g722" "g723_53" "g723_63" "g726_16" "g726_24" "g726_32" "g726_40" "g729"
    "ilbc_13_33kbps" "ilbc_15_2kbps" "opus" "pcma" "pcmu"
};

/// An enabled codec.
struct Codec<'a> {
    account: Account<'a>,
    name: &'static str,
    enable: Assignment,
    rank: Option<(Assignment, u32)>,
}

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    let mut enabled: Vec<Codec<'_>> = Vec::new();
    let mut disabled: BTreeMap<u32, Vec<(&str, Assignment)>> = BTreeMap::new();
    for (codec, pattern) in CODECS {
        for (account, enable, value) in cx.accounts(pattern) {
            if value == "0" && !account.is_off() {
                disabled.entry(account.index).or_default().push((codec, enable));
            }
            if value == "1" && !account.is_off() {
                let rank = account.value(&priority(codec));
                let rank = rank.and_then(|(at, value)| Some((at, value.parse()?)));
                enabled.push(Codec { account, name: codec, enable, rank });
            }
        }
    }
    for (account, codecs) in disabled {
        if enabled.iter().all(|codec| codec.account.index != account) {
            check_disabled(cx, account, &codecs, sink);
        }
    }
    for codec in &enabled {
        let mut ranks = enabled
            .iter()
            .filter(|other| other.account.index == codec.account.index)
            .filter_map(|other| other.rank);
        match codec.rank {
            Some((at, 0)) => unranked(codec, cx, at, sink),
            Some((at, rank)) => {
                // If two codecs have the same priority, the later assignment is reported.
                let earlier = ranks.find(|(other, same)| *same == rank && cx.comes_after(at, *other));
                if let Some((other, _)) = earlier {
                    shared_rank(codec, cx, at, other, sink);
                }
            }
            // If the files set no priority at all, the phone uses its own order.
            None if ranks.next().is_some() && codec.account.lacks(&priority(codec.name)) => {
                unranked(codec, cx, codec.enable, sink);
            }
            None => {}
        }
    }
}

/// The codecs that are usually enabled on phones from both vendors.
const USUAL: [&str; 4] = ["g722", "g729", "pcma", "pcmu"];

/// Reports an account without an enabled codec.
fn check_disabled(cx: &MemberCx<'_>, account: u32, codecs: &[(&str, Assignment)], sink: &mut Sink<'_>) {
    if !USUAL.iter().all(|usual| codecs.iter().any(|(codec, _)| codec == usual)) {
        return;
    }
    let last =
        codecs.iter().map(|(_, at)| *at).reduce(|last, at| if cx.comes_after(at, last) { at } else { last });
    let Some(last) = last else { return };
    sink.report(cx.place(last), || {
        Diagnostic::new(format!(
            "the usual codecs of account {account} are all off, and no other codec is on: calls have no audio"
        ))
        .help(format!(
            "set `account.{account}.codec.pcma.enable = 1`, or enable a different codec that your server supports"
        ))
        .parameter(format!("account.{account}.codec.pcma.enable"))
    });
}

fn priority(codec: &str) -> String {
    format!("codec.{codec}.priority")
}

fn unranked(codec: &Codec<'_>, cx: &MemberCx<'_>, at: Assignment, sink: &mut Sink<'_>) {
    sink.report(cx.place(at), || {
        let name = codec.account.name(&priority(codec.name));
        Diagnostic::new(format!(
            "this codec of account {} is on but has no priority: its position in the phone's offer is unknown",
            codec.account.index
        ))
        .help(format!("set `{name}`; the phone offers the codec with priority 1 first"))
        .parameter(name)
    });
}

fn shared_rank(codec: &Codec<'_>, cx: &MemberCx<'_>, at: Assignment, other: Assignment, sink: &mut Sink<'_>) {
    sink.report(cx.place(at), || {
        Diagnostic::new(format!(
            "two codecs of account {} have this priority: which one the phone offers first is unknown",
            codec.account.index
        ))
        .help("set a different priority for each enabled codec; the phone offers the codec with priority 1 first")
        .related(cx.place(other), "the other codec with this priority")
        .parameter(codec.account.name(&priority(codec.name)))
    });
}
