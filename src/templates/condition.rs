//! Conditions of branches, for determining which of them can be true together.

use super::expression::{Expression, is_operator, literal, split, top_level};

/// Maximum nesting depth of parentheses and negations to parse.
const MAX_DEPTH: usize = 24;

/// The condition of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The condition as written.
    pub text: String,
    /// Its parsed form.
    pub formula: Formula,
}

/// A condition as a combination of tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// One test.
    Test(Test),
    /// True if the inner formula is false.
    Not(Box<Formula>),
    /// True if all formulas are true. The expression is the entire text.
    All(Vec<Formula>, Expression),
    /// True if at least one formula is true. The expression is the entire text.
    Any(Vec<Formula>, Expression),
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    #[allow(missing_docs)]
    pub kind: TestKind,
    /// The tested expression.
    pub subject: Expression,
}

/// A test and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct TestResult {
    pub test: Test,
    pub truth: bool,
    /// Tests, each with a result. At least one of the results applies. Empty if nothing more is known.
    pub clause: Vec<(Test, bool)>,
}

/// The kind of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestKind {
    /// Whether the value is one of these strings.
    Equals(Vec<String>),
    /// Whether the variable exists.
    Defined,
    /// Whether the value is true. If the subject is itself an unparsed test, whether that test is true.
    True,
}

impl Condition {
    /// Parses a condition.
    pub fn new(text: &str) -> Self {
        Self { text: text.trim().to_owned(), formula: parse(text.trim(), 0) }
    }

    /// The known test results if the condition is true or false.
    pub fn results(&self, truth: bool) -> Vec<TestResult> {
        let mut results = Vec::new();
        self.formula.collect(truth, &mut results);
        results
    }

    /// The tested expressions, except expressions that are tested only for existence.
    pub fn subjects(&self) -> Vec<&Expression> {
        let mut subjects = Vec::new();
        self.formula.subjects(&mut subjects);
        subjects
    }
}

impl Formula {
    fn collect(&self, truth: bool, results: &mut Vec<TestResult>) {
        match self {
            Self::Test(test) => results.push(TestResult { test: test.clone(), truth, clause: Vec::new() }),
            Self::Not(inner) => inner.collect(!truth, results),
            Self::All(parts, _) | Self::Any(parts, _) => {
                let is_all = matches!(self, Self::All(..));
                let (test, _) = self.whole();
                if truth == is_all {
                    results.push(TestResult { test, truth, clause: Vec::new() });
                    for part in parts {
                        part.collect(truth, results);
                    }
                    return;
                }
                let clause = parts.iter().map(|part| {
                    let (test, part_truth) = part.whole();
                    (test, part_truth == truth)
                });
                results.push(TestResult { test, truth, clause: clause.collect() });
                if let Some(test) = self.choice() {
                    results.push(TestResult { test, truth, clause: Vec::new() });
                }
            }
        }
    }

    /// The formula as a single test, and the result of the test if the formula is true.
    fn whole(&self) -> (Test, bool) {
        match self {
            Self::Test(test) => (test.clone(), true),
            Self::Not(inner) => {
                let (test, truth) = inner.whole();
                (test, !truth)
            }
            Self::All(_, whole) | Self::Any(_, whole) => {
                (Test { kind: TestKind::True, subject: whole.clone() }, true)
            }
        }
    }

    fn subjects<'f>(&'f self, subjects: &mut Vec<&'f Expression>) {
        match self {
            Self::Test(test) if test.kind == TestKind::Defined => {}
            Self::Test(test) => subjects.push(&test.subject),
            Self::Not(inner) => inner.subjects(subjects),
            Self::All(parts, _) | Self::Any(parts, _) => {
                for part in parts {
                    part.subjects(subjects);
                }
            }
        }
    }

    /// Combines `x == "a" or x == "b"` into a single test.
    fn choice(&self) -> Option<Test> {
        let Self::Any(parts, _) = self else { return None };
        let mut merged: Option<Test> = None;
        for part in parts {
            let Self::Test(test) = part else { return None };
            let TestKind::Equals(values) = &test.kind else { return None };
            match &mut merged {
                None => merged = Some(test.clone()),
                Some(Test { kind: TestKind::Equals(all), subject }) if *subject == test.subject => {
                    all.extend(values.iter().cloned());
                }
                Some(_) => return None,
            }
        }
        merged
    }
}

fn parse(text: &str, depth: usize) -> Formula {
    let text = without_brackets(text);
    if depth > MAX_DEPTH {
        return truth_of(text);
    }
    let alternatives = split(text, &["||", "or"]);
    if alternatives.len() > 1 {
        let parts = alternatives.into_iter().map(|part| parse(part, depth + 1)).collect();
        return Formula::Any(parts, Expression::new(text));
    }
    let parts = split(text, &["&&", "and"]);
    if parts.len() > 1 {
        let parts = parts.into_iter().map(|part| parse(part, depth + 1)).collect();
        return Formula::All(parts, Expression::new(text));
    }
    if let Some(rest) = text.strip_prefix('!').filter(|rest| !rest.starts_with('=')) {
        return Formula::Not(Box::new(parse(rest.trim(), depth + 1)));
    }
    if is_operator(text, 0, "not") {
        return Formula::Not(Box::new(parse(text[3..].trim(), depth + 1)));
    }
    test(text)
}

/// Removes parentheses that enclose the entire text.
fn without_brackets(mut text: &str) -> &str {
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        // In `(a) or (b)`, the outer parentheses do not match each other.
        if top_level(text).iter().any(|at| *at > 0 && *at < text.len() - 1) {
            break;
        }
        text = inner.trim();
    }
    text
}

fn truth_of(text: &str) -> Formula {
    Formula::Test(Test { kind: TestKind::True, subject: Expression::new(text) })
}

fn test(text: &str) -> Formula {
    let call = |name: &str| text.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')');
    if let Some(inner) = call("isset") {
        return Formula::Test(Test { kind: TestKind::Defined, subject: Expression::new(inner) });
    }
    if let Some(inner) = call("empty") {
        return Formula::Not(Box::new(truth_of(inner)));
    }
    for operator in ["!==", "!=", "ne", "neq"] {
        if let [left, right] = split(text, &[operator])[..] {
            return equality(left, right).map_or_else(|| truth_of(text), |test| Formula::Not(Box::new(test)));
        }
    }
    for operator in ["===", "==", "eq"] {
        if let [left, right] = split(text, &[operator])[..] {
            return equality(left, right).unwrap_or_else(|| truth_of(text));
        }
    }
    if let [left, right] = split(text, &["is"])[..] {
        let (is_negated, what) = match right.strip_prefix("not ") {
            Some(rest) => (true, rest.trim()),
            None => (false, right),
        };
        let (kind, is_negated) = match what {
            "defined" => (TestKind::Defined, is_negated),
            "undefined" => (TestKind::Defined, !is_negated),
            _ => return truth_of(text),
        };
        let test = Formula::Test(Test { kind, subject: Expression::new(left) });
        return if is_negated { Formula::Not(Box::new(test)) } else { test };
    }
    if let [left, right] = split(text, &["in"])[..]
        && let Some(values) = list(right)
    {
        let (left, is_negated) = match left.strip_suffix(" not") {
            Some(left) => (left.trim(), true),
            None => (left, false),
        };
        let test = Formula::Test(Test { kind: TestKind::Equals(values), subject: Expression::new(left) });
        return if is_negated { Formula::Not(Box::new(test)) } else { test };
    }
    truth_of(text)
}

/// Parses a comparison of an expression with a quoted string or a number.
fn equality(left: &str, right: &str) -> Option<Formula> {
    let constant = |text: &str| {
        let number = Some(text).filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
        literal(text).or(number).map(str::to_owned)
    };
    let (subject, value) = match (constant(left), constant(right)) {
        (None, Some(value)) => (left, value),
        (Some(value), None) => (right, value),
        _ => return None,
    };
    let subject = Expression::new(subject);
    Some(Formula::Test(Test { kind: TestKind::Equals(vec![value]), subject }))
}

/// The strings in a list: `["a", "b"]`.
fn list(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inner = inner.or_else(|| text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')))?;
    split(inner.trim().trim_end_matches(','), &[","])
        .into_iter()
        .map(|item| literal(item).map(str::to_owned))
        .collect()
}

/// Whether two test results for the same subject are mutually exclusive.
pub fn exclude(a: (&TestKind, bool), b: (&TestKind, bool)) -> bool {
    use TestKind::{Defined, Equals, True};
    match (a, b) {
        ((Equals(one), true), (Equals(other), true)) => one.iter().all(|value| !other.contains(value)),
        ((Equals(one), true), (Equals(other), false)) | ((Equals(other), false), (Equals(one), true)) => {
            one.iter().all(|value| other.contains(value))
        }
        ((Equals(values), true), (Defined, false)) | ((Defined, false), (Equals(values), true)) => {
            values.iter().all(|value| !value.is_empty())
        }
        ((Equals(values), true), (True, false)) | ((True, false), (Equals(values), true)) => {
            values.iter().all(|value| !matches!(value.as_str(), "" | "0"))
        }
        ((Equals(values), true), (True, true)) | ((True, true), (Equals(values), true)) => {
            values.iter().all(String::is_empty)
        }
        ((True, true), (Defined, false)) | ((Defined, false), (True, true)) => true,
        ((True, one), (True, other)) | ((Defined, one), (Defined, other)) => one != other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether two conditions can be true together.
    fn fit(one: &str, other: &str) -> bool {
        let [one, other] = [one, other].map(|text| Condition::new(text).results(true));
        !one.iter().any(|a| {
            let same = |b: &&TestResult| a.test.subject == b.test.subject;
            other.iter().filter(same).any(|b| exclude((&a.test.kind, a.truth), (&b.test.kind, b.truth)))
        })
    }

    #[test]
    fn tests_of_one_variable_exclude_each_other() {
        for (one, other) in [
            ("$row.sip_transport == 'udp'", "$row.sip_transport=='tcp'"),
            ("isset($a)", "!isset($a)"),
            ("a is defined", "a is not defined"),
            ("a", "not a"),
            ("$k == '22' || $k == '47'", "$k == '13'"),
            ("k in ['a', 'b']", "k == 'c'"),
            ("k not in ['a', 'b']", "k == 'a'"),
            ("$a && $b", "!$a"),
            ("($a)", "not ($a)"),
            ("$a == 'x'", "$a != 'x'"),
            ("$a eq 'x'", "$a ne 'x'"),
            ("$a == ''", "$a"),
            ("!isset($a)", "$a == 'x'"),
            ("empty($a)", "$a == 'x'"),
        ] {
            assert!(!fit(one, other) && !fit(other, one), "{one} / {other}");
        }
        for (one, other) in [
            ("$a == 'udp'", "$b == 'tcp'"),
            ("$a || $b", "!$a"),
            ("!isset($a)", "$a == ''"),
            ("a > 1", "a < 9"),
            ("k in names", "k == 'c'"),
            ("k == 'b'", "k in ['a', 'b']"),
        ] {
            assert!(fit(one, other) && fit(other, one), "{one} / {other}");
        }
    }
}
