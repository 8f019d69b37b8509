//! The quality of suggestions for misspelled names. Names are misspelled at random (identically in every
//! run), and the catalogue must suggest the original name. For meaningless words, it must suggest nothing.

use fvprov::catalogue::Schema;

use crate::support::random::Random;

fn letter(random: &mut Random) -> char {
    char::from(b'a' + random.below(26) as u8)
}

const KINDS: [&str; 5] = ["one edit", "two edits", "case", "static.", "lost segment"];

/// A real name of the catalogue with small indices.
fn real_name(schema: &Schema, random: &mut Random) -> String {
    let known = &schema.parameters()[random.below(schema.parameters().len())].name;
    let segments = known.split('.').map(|segment| match segment {
        "X" | "Y" => (random.below(9) + 1).to_string(),
        word => word.to_owned(),
    });
    segments.collect::<Vec<_>>().join(".")
}

/// Removes, inserts, swaps or replaces a letter. Indices do not change.
fn edit(name: &str, random: &mut Random) -> String {
    let mut text: Vec<char> = name.chars().collect();
    loop {
        let at = random.below(text.len());
        if text[at].is_ascii_digit() {
            continue;
        }
        match random.below(4) {
            0 => drop(text.remove(at)),
            1 => text.insert(at, letter(random)),
            2 if at + 1 < text.len() && !text[at + 1].is_ascii_digit() && text[at] != text[at + 1] => {
                text.swap(at, at + 1);
            }
            3 => text[at] = letter(random),
            _ => continue,
        }
        return text.into_iter().collect();
    }
}

/// The misspelled name and the expected suggestion: the original name, with `1` for a number that was lost.
fn misspell(name: &str, kind: usize, random: &mut Random) -> (String, String) {
    let segments: Vec<&str> = name.split('.').collect();
    let mut meant = segments.clone();
    let typo = match kind {
        0 => edit(name, random),
        1 => {
            let once = edit(name, random);
            edit(&once, random)
        }
        2 => {
            let at = random.below(segments.len());
            let shown = segments.iter().enumerate().map(|(i, word)| {
                let mut letters = word.chars();
                let first = letters.next().filter(|_| i == at).map(|c| c.to_ascii_uppercase());
                first.map_or_else(|| (*word).to_owned(), |first| format!("{first}{}", letters.as_str()))
            });
            shown.collect::<Vec<_>>().join(".")
        }
        3 => name.strip_prefix("static.").map_or_else(|| format!("static.{name}"), str::to_owned),
        _ => {
            let at = random.below(segments.len());
            if segments[at].bytes().all(|b| b.is_ascii_digit()) {
                meant[at] = "1";
            }
            let left = segments.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word);
            left.collect::<Vec<_>>().join(".")
        }
    };
    (typo, meant.join("."))
}

/// Number of names in the catalogue that become this text without one of their segments. If there are
/// several, the original name is unknown.
fn origins(schema: &Schema, text: &str) -> usize {
    let blur = |name: &str| -> Vec<String> {
        let index = |s: &str| matches!(s, "X" | "Y") || s.bytes().all(|b| b.is_ascii_digit());
        name.split('.').map(|s| if index(s) { "#".into() } else { s.to_owned() }).collect()
    };
    let wanted = blur(text);
    let gives = |name: &str| {
        let full = blur(name);
        (0..full.len()).any(|cut| {
            let left = full.iter().enumerate().filter(|(at, _)| *at != cut).map(|(_, s)| s);
            left.eq(&wanted)
        })
    };
    schema.parameters().iter().filter(|parameter| gives(&parameter.name)).count()
}

#[test]
fn random_typos_are_corrected() {
    let schema = Schema::builtin();
    let mut random = Random::new(0x0021_f200_0001);
    let mut right = [0; KINDS.len()];
    let mut made = [0; KINDS.len()];
    let mut hopeless = 0;
    let mut wrong = Vec::new();
    while made.iter().sum::<usize>() < 2000 {
        let kind = made.iter().sum::<usize>() % KINDS.len();
        let name = real_name(schema, &mut random);
        let (typo, meant) = misspell(&name, kind, &mut random);
        // A typo that results in another valid name cannot be detected.
        if schema.parameter(&typo).is_some() || schema.is_yealink_only(&typo) || typo == name {
            continue;
        }
        if kind == 4 && (!typo.contains('.') || origins(schema, &typo) > 1) {
            hopeless += 1;
            continue;
        }
        made[kind] += 1;
        let proposal = schema.nearest(&typo);
        if proposal.as_deref() == Some(meant.as_str()) {
            right[kind] += 1;
        } else {
            wrong.push(format!("{typo} ({}): {meant} was meant, {proposal:?} proposed", KINDS[kind]));
        }
    }
    for ((kind, right), made) in KINDS.iter().zip(right).zip(made) {
        println!("{kind}: {right} of {made} right");
    }
    let right: usize = right.iter().sum();
    println!(
        "{right} of 2000 seeded typos right; {hopeless} left out, as several names lose a segment alike"
    );
    for line in &wrong {
        println!("  {line}");
    }
    assert!(right >= 1900, "{right} of 2000 right");
}

const FRONTS: [&str; 12] = [
    "coffee",
    "machine",
    "account.1",
    "features",
    "phone_setting",
    "static.network",
    "kitchen",
    "linekey.2",
    "voice",
    "sip",
    "garden.3",
    "ldap",
];
const WORDS: [&str; 24] = [
    "banana",
    "strength",
    "umbrella",
    "zebra",
    "harvest",
    "window_frame",
    "tractor",
    "sunday",
    "lighthouse",
    "penguin",
    "carpet",
    "bicycle",
    "mountain_top",
    "orchestra",
    "blanket",
    "volcano",
    "teapot",
    "helicopter",
    "marmalade",
    "squirrel",
    "trumpet",
    "glacier",
    "pepper",
    "saddle",
];
const ENDS: [&str; 6] = ["", ".enable", ".url", ".mode", ".timeout", ".colour"];

#[test]
fn other_words_get_no_suggestion() {
    let schema = Schema::builtin();
    let mut random = Random::new(0x0021_f200_0002);
    let mut proposed = Vec::new();
    for number in 0..500 {
        let word = match number % 3 {
            0 => {
                (0..4 + random.below(12)).map(|at| if at == 5 { '.' } else { letter(&mut random) }).collect()
            }
            1 => format!("{}.{}", random.pick(&WORDS), random.pick(&WORDS)),
            _ => format!("{}.{}{}", random.pick(&FRONTS), random.pick(&WORDS), random.pick(&ENDS)),
        };
        if let Some(near) = schema.nearest(&word) {
            proposed.push(format!("{word}: {near}"));
        }
    }
    println!("{} of 500 other words got a proposal", proposed.len());
    assert!(proposed.is_empty(), "{proposed:?}");
}
