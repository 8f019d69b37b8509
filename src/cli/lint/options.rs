//! What the command line and the settings file say of a run, as the options of the lint room.

use fvprov::lint::{self, Inventory, Level, Limits, Options, OwnPlace, PathRule, RULES};
use fvprov::project::settings::LintTable;
use fvprov::text::source::Span;

use super::super::Failure;
use super::super::open::Opened;

/// The options of the command line over those of the settings file.
pub fn of(
    opened: &Opened,
    select: &[String],
    ignore: &[String],
    level: &[String],
) -> Result<Options, Failure> {
    let set: &LintTable = &opened.settings.lint;
    let select = if select.is_empty() { set.select.clone() } else { select.to_vec() };
    let ignore = [set.ignore.as_slice(), ignore].concat();
    let names = select.iter().filter(|name| *name != lint::DEFAULT);
    names.chain(&ignore).try_for_each(|name| known(name))?;
    let mut levels = rustc_hash::FxHashMap::default();
    let given = level.iter().map(|text| {
        text.split_once('=').ok_or_else(|| Failure::Unable(format!("--level `{text}`: write RULE=LEVEL")))
    });
    let given: Vec<(&str, &str)> = given.collect::<Result<_, _>>()?;
    for (name, word) in set.level.iter().map(|(name, word)| (name.as_str(), word.as_str())).chain(given) {
        known(name)?;
        let error = || Failure::Unable(format!("`{word}` is no level for `{name}`: error, warning or info"));
        levels.insert(name.to_owned(), Level::of(word).ok_or_else(error)?);
    }
    let limits = opened.settings.limits;
    Ok(Options {
        select,
        ignore,
        levels,
        limits: Limits { file_bytes: limits.file_bytes, line_bytes: limits.line_bytes },
        today: today()?,
        server: opened.server.clone(),
        models: opened.models()?,
        policies: opened.policies(),
        per_path: per_path(opened)?,
        inventory: inventory(opened),
        ..Options::default()
    })
}

/// `[lint.per-path]`, a rule of a glob each.
fn per_path(opened: &Opened) -> Result<Vec<PathRule>, Failure> {
    let Some(settings) = &opened.settings_path else { return Ok(Vec::new()) };
    let globs = opened.settings.lint.per_path.iter();
    let all = globs.flat_map(|(glob, rules)| rules.iter().map(move |rule| (glob, rule)));
    let one = |(glob, rule): (&String, &toml::Spanned<String>)| {
        let (rule, span) = (rule.get_ref(), rule.span());
        known(rule)?;
        let at = OwnPlace { path: settings.clone(), span: Span::new(span.start, span.end) };
        Ok(PathRule { glob: glob.clone(), rule: rule.clone(), at })
    };
    all.map(one).collect()
}

fn inventory(opened: &Opened) -> Option<Inventory> {
    let (path, inventory) = opened.inventory.as_ref()?;
    let phones = inventory.rows.iter().map(|row| (row.mac, row.at)).collect();
    Some(Inventory { path: path.clone(), phones })
}

fn known(name: &str) -> Result<(), Failure> {
    if lint::rule(name).is_some() {
        return Ok(());
    }
    let near = super::super::explain::near_rule(name)
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    Err(Failure::Unable(format!(
        "there is no rule `{name}`{near} (`fvprov explain --list` shows all {})",
        RULES.len()
    )))
}

/// The level from which findings make the exit code 1; none for never.
pub fn threshold(word: Option<&String>) -> Result<Option<Level>, Failure> {
    match word.map(String::as_str) {
        None => Ok(Some(Level::Error)),
        Some("never") => Ok(None),
        Some(word) => match Level::of(word) {
            Some(level) => Ok(Some(level)),
            None => Err(Failure::Unable(format!("--fail-on `{word}`: error, warning, info or never"))),
        },
    }
}

/// Today in UTC; `SOURCE_DATE_EPOCH` (seconds since 1970) wins, so that builds can be repeated.
pub fn today() -> Result<String, Failure> {
    let now = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => {
            let error =
                |_| Failure::Unable(format!("SOURCE_DATE_EPOCH is `{text}`: seconds since 1970 are needed"));
            let seconds = text.parse().map_err(error)?;
            jiff::Timestamp::from_second(seconds)
                .map_err(|error| Failure::Unable(format!("SOURCE_DATE_EPOCH: {error}")))?
        }
        _ => jiff::Timestamp::now(),
    };
    Ok(now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}
