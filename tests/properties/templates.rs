//! The lines of generated templates, compared with the renderings of their engine for all values of their variables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fvprov::templates::line::{HOLE, TemplateLine};
use fvprov::templates::{Engine, Syntax, parse, walk};
use fvprov::text::source::Sources;
use fvprov::text::syntax::{LineKind, line_kind};

/// A part of a generated template.
#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Hole(&'static str),
    /// Branches with their conditions.
    If(Vec<(Option<Condition>, Vec<Part>)>),
    For(Vec<Part>),
    Comment,
    Raw(String),
}

#[derive(Clone, Copy, Debug)]
enum Condition {
    Flag(u8, bool),
    Mode(usize, bool),
    /// Two flags, both or one of which must be set.
    Both(u8, u8),
    Either(u8, u8),
}

const MODES: [&str; 3] = ["udp", "tcp", "tls"];

/// Random numbers (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    fn condition(&mut self) -> Condition {
        let flag = self.below(3) as u8;
        match self.below(8) {
            0..4 => Condition::Flag(flag, self.below(3) > 0),
            4..6 => Condition::Mode(self.below(3), self.below(3) > 0),
            6 => Condition::Both(flag, (flag + 1) % 3),
            _ => Condition::Either(flag, (flag + 1) % 3),
        }
    }

    fn value(&mut self, in_loop: bool, parts: &mut Vec<Part>) {
        match self.below(8) {
            0..3 => parts.push(Part::Text(self.pick(&["1", "0", "", "abc"]).into())),
            3..5 => parts.push(Part::Hole(self.pick(if in_loop { &["r.v", "h0"] } else { &["h0", "h1"] }))),
            5 => {
                let mut branches = vec![(Some(self.condition()), vec![Part::Text("1".into())])];
                if self.below(3) > 0 {
                    branches.push((None, vec![Part::Hole("h1")]));
                }
                parts.push(Part::If(branches));
            }
            6 => parts.push(Part::Raw("r1".into())),
            _ => {
                let other = self.pick(&["lang.gui = 2", " sip.listen_port = 5060"]);
                parts.extend([Part::Text("1".into()), Part::Text(other.into())]);
            }
        }
    }

    fn line(&mut self, in_loop: bool, parts: &mut Vec<Part>) {
        match self.below(10) {
            0 => parts.push(Part::Text("# note".into())),
            1 => parts.push(Part::Text(self.pick(&["no setting", "sip.listen_port 5060", "", " "]).into())),
            2 if in_loop => {
                parts.extend([
                    Part::Text("account.".into()),
                    Part::Hole("r.n"),
                    Part::Text(".label = ".into()),
                ]);
                self.value(in_loop, parts);
            }
            _ => {
                let name = self.pick(&["lang.gui", "sip.listen_port", "account.1.label", "a.b"]);
                let sign = self.pick(&[" = ", "=", "= "]);
                parts.push(Part::Text(format!("{name}{sign}")));
                self.value(in_loop, parts);
            }
        }
        if self.below(12) == 0 {
            parts.push(Part::Comment);
        }
        parts.push(Part::Text(if self.below(30) == 0 { "" } else { "\n" }.into()));
    }

    fn parts(&mut self, depth: usize, in_loop: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        for _ in 0..=self.below(4) {
            match self.below(10) {
                0..2 if depth < 3 => {
                    let mut branches = vec![(Some(self.condition()), self.block(depth, in_loop))];
                    if self.below(3) == 0 {
                        branches.push((Some(self.condition()), self.block(depth, in_loop)));
                    }
                    if self.below(2) == 0 {
                        branches.push((None, self.block(depth, in_loop)));
                    }
                    parts.push(Part::If(branches));
                }
                2 if depth < 2 && !in_loop => parts.push(Part::For(self.block(depth, true))),
                3 => parts.push(Part::Comment),
                _ => {
                    self.line(in_loop, &mut parts);
                    continue;
                }
            }
            if self.below(4) > 0 {
                parts.push(Part::Text(self.pick(&["\n", "\n", "\n\n", " \n"]).into()));
            }
        }
        parts
    }

    /// The content of a block, mostly with a newline after the tag.
    fn block(&mut self, depth: usize, in_loop: bool) -> Vec<Part> {
        let mut parts = self.parts(depth + 1, in_loop);
        if self.below(4) > 0 {
            parts.insert(0, Part::Text(self.pick(&["\n", "\n  ", " \n"]).into()));
        }
        parts
    }
}

/// Writes templates in the syntax of an engine.
struct Writer {
    engine: Engine,
    random: Random,
    text: String,
}

impl Writer {
    fn mark(&mut self) -> &'static str {
        match self.engine {
            Engine::Smarty => "",
            Engine::Twig => self.random.pick(&["", "", "", "", "-", "~"]),
            Engine::Jinja | Engine::Minijinja => self.random.pick(&["", "", "", "", "-", "+"]),
        }
    }

    fn tag(&mut self, inner: &str) {
        if self.engine == Engine::Smarty {
            let _ = write!(self.text, "{{{inner}}}");
            return;
        }
        let (before, after) = (self.mark(), self.mark());
        let _ = write!(self.text, "{{%{before} {inner} {after}%}}");
    }

    fn parts(&mut self, parts: &[Part]) {
        let is_smarty = self.engine == Engine::Smarty;
        for part in parts {
            match part {
                Part::Text(text) => self.text.push_str(text),
                Part::Hole(name) if is_smarty => {
                    let _ = write!(self.text, "{{${name}}}");
                }
                Part::Hole(name) => {
                    let _ = write!(self.text, "{{{{ {name} }}}}");
                }
                Part::Comment if is_smarty => self.text.push_str("{* c *}"),
                Part::Comment => self.text.push_str("{# c #}"),
                Part::Raw(text) => {
                    let word = match self.engine {
                        Engine::Smarty => {
                            let _ = write!(self.text, "{{literal}}{text}{{/literal}}");
                            continue;
                        }
                        Engine::Twig => "verbatim",
                        Engine::Jinja | Engine::Minijinja => "raw",
                    };
                    let _ = write!(self.text, "{{% {word} %}}{text}{{% end{word} %}}");
                }
                Part::If(branches) => {
                    for (at, (condition, body)) in branches.iter().enumerate() {
                        let word = match (at, condition) {
                            (0, _) => "if ",
                            (_, None) => "else",
                            _ if matches!(self.engine, Engine::Jinja | Engine::Minijinja) => "elif ",
                            _ => "elseif ",
                        };
                        let text = condition.map(|condition| self.condition(condition)).unwrap_or_default();
                        self.tag(&format!("{word}{text}"));
                        self.parts(body);
                    }
                    self.tag(if is_smarty { "/if" } else { "endif" });
                }
                Part::For(body) => {
                    self.tag(if is_smarty { "foreach $rows as $r" } else { "for r in rows" });
                    self.parts(body);
                    self.tag(if is_smarty { "/foreach" } else { "endfor" });
                }
            }
        }
    }

    fn condition(&self, condition: Condition) -> String {
        let is_smarty = self.engine == Engine::Smarty;
        let sigil = if is_smarty { "$" } else { "" };
        let not = if is_smarty { "!" } else { "not " };
        let (and, or) = if is_smarty { ("&&", "||") } else { ("and", "or") };
        match condition {
            Condition::Flag(flag, true) => format!("{sigil}c{flag}"),
            Condition::Flag(flag, false) => format!("{not}{sigil}c{flag}"),
            Condition::Mode(mode, true) => format!("{sigil}m == '{}'", MODES[mode]),
            Condition::Mode(mode, false) => format!("{sigil}m != '{}'", MODES[mode]),
            Condition::Both(a, b) => format!("{sigil}c{a} {and} {sigil}c{b}"),
            Condition::Either(a, b) => format!("{sigil}c{a} {or} {sigil}c{b}"),
        }
    }
}

/// The generated template with this number.
pub fn template(engine: Engine, number: u64) -> (String, Syntax) {
    let mut random = Random(number * 1000 + 7);
    let mut parts = vec![Part::Text("#!version:1.0.0.1\n".into())];
    parts.extend(random.parts(0, false));
    let has_options = matches!(engine, Engine::Jinja | Engine::Minijinja);
    let [trim_blocks, lstrip_blocks] = [(); 2].map(|()| has_options && random.below(2) == 0);
    let mut writer = Writer { engine, random, text: String::new() };
    writer.parts(&parts);
    (writer.text, Syntax { engine, trim_blocks, lstrip_blocks })
}

/// One value for each variable.
#[derive(Clone, Debug)]
pub struct Values {
    flags: [bool; 3],
    mode: &'static str,
    rows: usize,
}

/// All values of the variables.
pub fn all_values() -> Vec<Values> {
    let mut all = Vec::new();
    for bits in 0..8 {
        // The last one is no mode that a template tests.
        for mode in MODES.into_iter().chain(["srv"]) {
            for rows in 0..3 {
                all.push(Values { flags: [bits & 1 > 0, bits & 2 > 0, bits & 4 > 0], mode, rows });
            }
        }
    }
    all
}

impl Values {
    /// The variables as JSON.
    pub fn json(&self) -> serde_json::Value {
        let rows: Vec<_> =
            (0..self.rows).map(|row| serde_json::json!({"n": 7 + row, "v": format!("w{row}")})).collect();
        let [c0, c1, c2] = self.flags;
        serde_json::json!({"c0": c0, "c1": c1, "c2": c2, "m": self.mode, "h0": "v0", "h1": "v1", "rows": rows})
    }
}

fn render(text: &str, syntax: Syntax, values: &Values) -> String {
    let mut environment = minijinja::Environment::new();
    let mut config = minijinja::syntax::SyntaxConfig::builder();
    config.keep_trailing_newline(true).trim_blocks(syntax.trim_blocks).lstrip_blocks(syntax.lstrip_blocks);
    environment.set_syntax(config.build().unwrap());
    environment.render_str(text, minijinja::value::Serde(values.json())).unwrap()
}

/// Whether a line of a rendering is an instance of a template line.
fn matches(pattern: &[u8], line: &[u8]) -> bool {
    match pattern.split_first() {
        None => line.is_empty(),
        Some((&HOLE, rest)) => (0..=line.len()).any(|at| matches(rest, &line[at..])),
        Some((byte, rest)) => line.first() == Some(byte) && matches(rest, &line[1..]),
    }
}

/// Numbers of lines and pairs in templates, and of those that no rendering has.
#[derive(Default, Debug)]
pub struct Counts {
    lines: usize,
    unrendered: usize,
    pairs: usize,
    unrendered_pairs: usize,
    /// Some pairs that no rendering has.
    examples: Vec<String>,
}

fn name(line: &[u8]) -> Option<&[u8]> {
    match line_kind(line) {
        LineKind::Setting { name, .. } => Some(name.slice(line)),
        _ => None,
    }
}

/// Pairs of lines with the same name that one result can contain; `true` after a rendering contained them.
type Pairs = BTreeMap<(usize, usize), bool>;

fn possible_pairs(lines: &[(&TemplateLine, Vec<u8>)]) -> Pairs {
    let mut pairs = Pairs::new();
    for (a, (one, one_text)) in lines.iter().enumerate() {
        for (b, (other, other_text)) in lines.iter().enumerate().skip(a + 1) {
            let is_same =
                name(one_text).is_some_and(|one| !one.contains(&HOLE) && Some(one) == name(other_text));
            if is_same && one.can_follow(other) {
                pairs.insert((a, b), false);
            }
        }
    }
    pairs
}

/// Marks the pairs in a rendering. Returns two lines with the same name that are no pair.
fn mark_pairs<'r>(
    lines: &[(&TemplateLine, Vec<u8>)],
    rendered: &[&'r str],
    instances: &[Vec<usize>],
    pairs: &mut Pairs,
) -> Option<(&'r str, &'r str)> {
    for (i, one) in rendered.iter().enumerate() {
        for (j, other) in rendered.iter().enumerate().skip(i + 1) {
            if name(one.as_bytes()).is_none() || name(one.as_bytes()) != name(other.as_bytes()) {
                continue;
            }
            let mut is_found = false;
            for a in &instances[i] {
                for b in &instances[j] {
                    if let Some(seen) = pairs.get_mut(&(*a, *b)) {
                        (*seen, is_found) = (true, true);
                    }
                }
            }
            // A name with a hole is equal to itself only in the same pass.
            let mut names = instances[i].iter().map(|at| name(&lines[*at].1));
            let has_hole = names.all(|name| name.is_some_and(|name| name.contains(&HOLE)));
            if !is_found && !has_hole {
                return Some((one, other));
            }
        }
    }
    None
}

/// Compares the lines of a template with its renderings.
pub fn compare(text: &str, syntax: Syntax, renderings: &[String], counts: &mut Counts) {
    let mut sources = Sources::default();
    let file = sources.add("t".into(), text.as_bytes().to_vec());
    let template = parse(&sources, file, syntax, &|_, _| None);
    assert!(template.faults.is_empty(), "{text}\n{:?}", template.faults);
    let found = walk::lines(&sources, &template);
    assert!(found.is_complete);
    let lines: Vec<(&TemplateLine, Vec<u8>)> =
        found.lines.iter().map(|line| (line, line.text(&sources).bytes)).collect();
    let mut is_rendered = vec![false; lines.len()];
    let mut pairs = possible_pairs(&lines);
    for rendering in renderings {
        let rendered: Vec<&str> = rendering.lines().collect();
        let instances: Vec<Vec<usize>> = rendered
            .iter()
            .map(|line| {
                let of_line =
                    lines.iter().enumerate().filter(|(_, (_, text))| matches(text, line.as_bytes()));
                of_line.map(|(at, _)| at).collect()
            })
            .collect();
        for (line, instances) in rendered.iter().zip(&instances) {
            let is_found = line.is_empty() || !instances.is_empty();
            assert!(is_found, "not found: {line:?}\nin {rendering:?}\nof {text:?}\n{syntax:?}");
            for at in instances {
                is_rendered[*at] = true;
            }
        }
        let missing = mark_pairs(&lines, &rendered, &instances, &mut pairs);
        assert!(missing.is_none(), "no pair: {missing:?}\nin {rendering:?}\nof {text:?}");
    }
    counts.lines += lines.iter().filter(|(_, text)| !text.is_empty()).count();
    let never =
        lines.iter().zip(&is_rendered).filter(|((_, text), rendered)| !text.is_empty() && !**rendered);
    counts.unrendered += never.count();
    counts.pairs += pairs.len();
    let example = pairs.iter().find(|(_, seen)| !**seen);
    counts
        .examples
        .extend(example.map(|((a, b), _)| format!("{:?}\n{:?}\nof {text:?}", lines[*a], lines[*b])));
    counts.unrendered_pairs += pairs.values().filter(|seen| !**seen).count();
}

impl Counts {
    fn check(&self) {
        println!(
            "{} lines, {} unrendered; {} pairs, {} unrendered",
            self.lines, self.unrendered, self.pairs, self.unrendered_pairs
        );
        self.examples.iter().for_each(|example| println!("{example}"));
        assert!(self.unrendered * 50 <= self.lines, "{self:?}");
        assert!(self.unrendered_pairs * 50 <= self.pairs, "{self:?}");
    }
}

#[test]
fn lines_are_those_of_the_renderings_by_minijinja() {
    let mut counts = Counts::default();
    for number in 0..150 {
        let (text, syntax) = template(Engine::Minijinja, number);
        let renderings: Vec<String> =
            all_values().iter().map(|values| render(&text, syntax, values)).collect();
        compare(&text, syntax, &renderings, &mut counts);
    }
    counts.check();
}

const ENGINES: [(&str, Engine); 3] =
    [("smarty", Engine::Smarty), ("jinja", Engine::Jinja), ("twig", Engine::Twig)];

/// Writes templates for engines that are not part of this program, with all values of their variables. `.ci/interop`
/// renders them and then runs the next test.
#[test]
#[ignore = "writes the templates that .ci/interop renders with the engines"]
fn write_templates_for_other_engines() {
    let directory = std::path::PathBuf::from(std::env::var_os("FVPROV_TEMPLATES").unwrap());
    let values: Vec<_> = all_values().iter().map(Values::json).collect();
    std::fs::write(directory.join("values.json"), serde_json::to_string(&values).unwrap()).unwrap();
    for (name, engine) in ENGINES {
        let all = (0..200).map(|number| {
            let (text, syntax) = template(engine, number);
            serde_json::json!({"text": text, "trim": syntax.trim_blocks, "lstrip": syntax.lstrip_blocks})
        });
        let all: Vec<_> = all.collect();
        std::fs::write(directory.join(format!("{name}.json")), serde_json::to_string(&all).unwrap()).unwrap();
    }
}

#[test]
#[ignore = "reads the renderings that .ci/interop makes with the engines"]
fn lines_are_those_of_the_renderings_by_other_engines() {
    let directory = std::path::PathBuf::from(std::env::var_os("FVPROV_TEMPLATES").unwrap());
    for (name, engine) in ENGINES {
        let text = std::fs::read_to_string(directory.join(format!("{name}.rendered.json"))).unwrap();
        let all: Vec<Vec<String>> = serde_json::from_str(&text).unwrap();
        assert_eq!(all.len(), 200);
        let mut counts = Counts::default();
        for (number, renderings) in (0..).zip(&all) {
            let (text, syntax) = template(engine, number);
            compare(&text, syntax, renderings, &mut counts);
        }
        println!("{name}");
        counts.check();
    }
}
