//! Which output goes to stdout and stderr, with which colors, and what is never printed.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use crate::REPORTS;
use crate::support::program::{fvprov, run, run_with};
use crate::support::tree::{boot, cfg, read, repository, tree};

fn broken() -> TempDir {
    tree(&[("y000000000000.boot", boot(&["a.cfg", "gone.cfg"])), ("a.cfg", cfg("lang.gui = German \n"))])
}

/// A file with more findings than fit into the buffer of a pipe.
fn talkative() -> TempDir {
    let lines: Vec<String> = (0..1000).map(|at| format!("line {at} is none\nlang.gui = x{at} \n")).collect();
    tree(&[("y000000000000.cfg", cfg(&lines.concat()))])
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let site = talkative();
    for (args, code) in [
        (&["lint"][..], 1),
        (&["lint", "--output-format", "json"], 1),
        (&["lint", "--output-format", "concise", "--fail-on", "never"], 0),
        (&["why", "*", "--mac", "any"], 0),
        (&["render", "--mac", "any", "--format", "json"], 0),
    ] {
        let mut child =
            fvprov(site.path(), args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut start = [0; 1];
        child.stdout.take().unwrap().read_exact(&mut start).unwrap();
        let rest = child.wait_with_output().unwrap();
        assert_eq!(rest.status.code(), Some(code), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&rest.stderr), "", "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let site = tree(&[("y000000000000.cfg", cfg("lang.gui = German\n"))]);
    for args in [&["lint"][..], &["phones"], &["render", "--mac", "any"], &["explain", "--list"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let ended = fvprov(site.path(), args).stdout(full).output().unwrap();
        assert_eq!(ended.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(said.starts_with("error: the output cannot be written"), "{args:?}: {said}");
    }
}

#[test]
fn colours_are_used_only_on_request() {
    let site = broken();
    let coloured = |args: &[&str], environment: &[(&str, &str)]| {
        run_with(site.path(), &[&["lint"], args].concat(), environment).out.contains('\x1b')
    };
    assert!(!coloured(&[], &[]), "a pipe is no terminal");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1"), ("TERM", "dumb")]));
    assert!(coloured(&[], &[("FORCE_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "")]), "an empty variable is none");
    assert!(!coloured(&[], &[("FORCE_COLOR", "")]));
    assert!(!coloured(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("FORCE_COLOR", "1")]));
    for format in ["json", "json=x.json", "full=x.txt"] {
        run(site.path(), &["lint", "--color", "always", "--output-format", format]);
    }
    for file in ["x.json", "x.txt"] {
        assert!(!read(site.path(), file).contains('\x1b'), "{file}");
    }
    assert!(!coloured(&["--color", "always", "--output-format", "json"], &[]));
    let plain = run(site.path(), &["lint"]).out;
    let full = run(site.path(), &["lint", "--color", "always"]).out;
    let mut bare = String::new();
    for (at, part) in full.split("\x1b[").enumerate() {
        bare += if at == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    let ends = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(ends(&bare), ends(&plain), "colours are all that differs");
}

/// Names, values, comments and paths that contain control sequences for terminals and commands for CI
/// runners.
fn hostile() -> TempDir {
    let name = "a##[group]\u{9b}31m\u{202e}.cfg";
    let text = "::error::one\n  ::set-output name=x::two\n##[error]three\n\
         lang.gui = \x1b]0;title\x07##[add-mask]x \naccount.1.\x1b[31mlabel = ##[x] \nx##[y] = ::error::z \n\
         account.2.label = a\u{7f}b\u{85}c\u{200b}d\u{2028}e\n# \x1b[2J##[z]\u{200b}\n\raccount.3.label = x\rlabel\n";
    let steer = boot(&[name, "gone\x1b[31m##[error].cfg", "::error::gone.cfg", "\x07.txt"]);
    let mut files = vec![("y000000000000.boot".to_owned(), steer), (name.into(), cfg(text))];
    if cfg!(unix) {
        files.push(("odd\n::error::\x1b[31m\tname.cfg".into(), cfg("lang.gui = x \n")));
        files.push(("root\n::error::x\x1b[2J/0021f2000001.cfg".into(), cfg("lang.gui = x \n")));
    }
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    tree(&files)
}

fn is_steering(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_content_of_a_tree_controls_a_terminal() {
    let site = hostile();
    for report in REPORTS.into_iter().filter(|report| !report.contains(&"always")) {
        let said = run(site.path(), report);
        said.assert_no_crash();
        for stream in [&said.out, &said.err] {
            let odd: Vec<char> = stream.chars().filter(|c| is_steering(*c)).collect();
            assert!(odd.is_empty(), "{report:?}: {odd:?}");
        }
    }
    // With colors, fvprov writes every escape sequence itself.
    let said = run(site.path(), &["lint", "--color", "always"]).out;
    let ours = |part: &str| {
        part.find('m').is_some_and(|end| part[..end].chars().all(|c| c.is_ascii_digit() || c == ';'))
    };
    assert!(said.split("\x1b[").skip(1).all(ours), "{said:?}");
    assert!(!said.replace("\x1b[", "").contains(is_steering), "{said:?}");
}

#[test]
fn no_content_of_a_tree_controls_a_runner() {
    let site = hostile();
    let render: [&[&str]; 2] =
        [&["render", "--mac", "any", "--origin"], &["render", "--mac", "any", "--format", "json"]];
    for report in
        REPORTS.into_iter().chain(render).chain([&["lint", "##[x]"][..], &["explain", "::error::##[x]"]])
    {
        let said = run_with(site.path(), report, &[("GITHUB_ACTIONS", "true")]);
        said.assert_no_crash();
        for stream in [&said.out, &said.err] {
            assert!(!stream.contains("##["), "{report:?}: {stream}");
            // The format for GitHub consists of commands. All of them must come from fvprov.
            let is_ours = |line: &str| {
                let words = ["::error title=fvprov", "::warning title=fvprov", "::notice title=fvprov"];
                report.contains(&"github") && words.iter().any(|word| line.starts_with(word))
            };
            let is_command = |line: &str| line.trim_start().starts_with("::") && !is_ours(line);
            assert!(!stream.lines().any(is_command), "{report:?}: {stream}");
        }
        // The target of `impact` does not exist in this tree.
        if report.contains(&"json") && report[0] != "impact" {
            assert!(serde_json::from_str::<Value>(said.out.lines().next().unwrap()).is_ok(), "{report:?}");
        }
    }
}

#[test]
fn a_finding_is_one_line_in_the_concise_format() {
    let site = hostile();
    let said = run(site.path(), &["lint", "--output-format", "concise", "--no-fold", "--quiet"]);
    let count = run(site.path(), &["lint", "--output-format", "json"]).findings().len();
    assert_eq!(said.out.lines().count(), count, "{}", said.out);
}

#[test]
fn rendering_into_a_file_preserves_every_byte() {
    let text = b"#!version:1.0.0.1\naccount.1.password = ##[x]\x1b\xff::y\n";
    let site = tree(&[("y000000000000.cfg", text)]);
    let other = tempfile::tempdir().unwrap();
    let path = other.path().join("out.cfg");
    for value in ["", "true"] {
        let file = std::fs::File::create(&path).unwrap();
        let mut command = fvprov(site.path(), &["render", "--mac", "any"]);
        assert!(command.env("GITHUB_ACTIONS", value).stdout(file).status().unwrap().success());
        assert_eq!(std::fs::read(&path).unwrap(), text);
    }
    let piped = fvprov(site.path(), &["render", "--mac", "any"]).output().unwrap();
    assert_eq!(piped.stdout, text);
    run(site.path(), &["render", "--all", "--out", other.path().to_str().unwrap()]);
    assert_eq!(std::fs::read(other.path().join("any.cfg")).unwrap(), text);
}

#[test]
fn several_formats_in_one_run() {
    let site = broken();
    let args = [
        "lint",
        "--output-format",
        "concise",
        "--output-format",
        "json=a.json",
        "--output-format",
        "full=b.txt",
    ];
    let said = run(site.path(), &args);
    assert_eq!(said.code, Some(1));
    assert_eq!(said.out, run(site.path(), &["lint", "--output-format", "concise"]).out);
    let read = |file: &str| read(site.path(), file);
    assert_eq!(read("a.json"), run(site.path(), &["lint", "--output-format", "json"]).out);
    assert_eq!(read("b.txt"), run(site.path(), &["lint"]).out);
    let left: Vec<_> = std::fs::read_dir(site.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[cfg(unix)]
#[test]
fn writing_follows_links() {
    let site = broken();
    let target = tempfile::NamedTempFile::new().unwrap();
    let link = site.path().join("report.json");
    std::os::unix::fs::symlink(target.path(), &link).unwrap();
    run(site.path(), &["lint", "--output-format", "json=report.json"]);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(std::fs::read_to_string(target.path()).unwrap().contains("trailing-whitespace"));
}

/// Checks that an object has exactly these keys, with values of these types (`?` may be null).
#[track_caller]
fn assert_shape(value: &Value, shape: &[(&str, &str)]) {
    let object = value.as_object().unwrap();
    let mut keys: Vec<&str> = shape.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    assert_eq!(object.keys().map(String::as_str).collect::<Vec<_>>(), keys, "{value}");
    for (key, kind) in shape {
        let is = match kind.trim_end_matches('?') {
            "string" => object[*key].is_string(),
            "number" => object[*key].is_u64(),
            "array" => object[*key].is_array(),
            "bool" => object[*key].is_boolean(),
            _ => object[*key].is_object(),
        };
        assert!(is || kind.ends_with('?') && object[*key].is_null(), "{key} is no {kind}: {value}");
    }
}

const POINT: [(&str, &str); 3] = [("line", "number"), ("column", "number"), ("byte", "number")];

#[test]
fn the_json_of_lint_has_the_keys_of_the_contract() {
    let top = repository("tests");
    for (tree, code) in [("site", 0), ("broken", 1)] {
        let said = run(&top, &["lint", tree, "--output-format", "json"]);
        assert_eq!((said.code, said.out.lines().count()), (Some(code), 1), "{}", said.err);
        let json = said.json();
        assert_shape(&json, &[("version", "number"), ("summary", "object"), ("findings", "array")]);
        let counts = ["files", "skipped", "phones", "errors", "warnings", "infos", "hints", "suppressed"];
        assert_shape(&json["summary"], &counts.map(|count| (count, "number")));
        for finding in json["findings"].as_array().unwrap() {
            let words = [("rule", "string"), ("level", "string"), ("message", "string"), ("help", "string?")];
            let place = [("file", "string"), ("start", "object"), ("end", "object")];
            let rest =
                [("parameter", "string?"), ("phones", "object?"), ("related", "array"), ("fix", "object?")];
            assert_shape(finding, &[&words[..], &place, &rest].concat());
            assert_shape(&finding["start"], &POINT);
            assert_shape(&finding["end"], &POINT);
            if finding["phones"].is_object() {
                let phones = [("affected", "number"), ("total", "number"), ("examples", "array")];
                assert_shape(&finding["phones"], &phones);
                assert!(finding["phones"]["examples"].as_array().unwrap().len() <= 3);
            }
            for related in finding["related"].as_array().unwrap() {
                assert_shape(related, &[&place[..], &[("message", "string")]].concat());
            }
        }
    }
}

#[test]
fn the_json_of_the_views_has_the_keys_of_the_contract() {
    let top = repository("tests");
    let place = [("value", "string"), ("file", "string"), ("line", "number")];
    for tree in ["site", "broken"] {
        for phone in run(&top, &["phones", tree, "--format", "json"]).json().as_array().unwrap() {
            let names = [("root", "string"), ("mac", "string?"), ("model", "string?"), ("boot", "string?")];
            let rest = [("files", "array"), ("settings", "number"), ("findings", "number")];
            assert_shape(phone, &[&names[..], &rest].concat());
        }
    }
    let rendered = run(&top, &["render", "site", "--all", "--format", "json"]).out;
    assert_eq!(rendered.lines().count(), 12);
    for line in rendered.lines() {
        let phone: Value = serde_json::from_str(line).unwrap();
        let names = [("version", "number"), ("root", "string"), ("mac", "string?"), ("model", "string?")];
        let rest = [("boot", "string?"), ("files", "array"), ("missing", "array"), ("parameters", "object")];
        assert_shape(&phone, &[&names[..], &rest, &[("left_out", "array")]].concat());
        for (name, parameter) in phone["parameters"].as_object().unwrap() {
            let repeats = name == "static.security.user_password";
            let more = [("overrides", "array"), ("values", "array")];
            assert_shape(parameter, &[&place[..], &more[..if repeats { 2 } else { 1 }]].concat());
            parameter["overrides"].as_array().unwrap().iter().for_each(|beaten| assert_shape(beaten, &place));
        }
    }
    let why = run(&top, &["why", "*", "--source", "site", "--mac", "0021f2000001", "--format", "json"]).out;
    for line in why.lines() {
        let json: Value = serde_json::from_str(line).unwrap();
        assert_shape(
            &json,
            &[
                ("phone", "string"),
                ("name", "string"),
                ("winner", "object"),
                ("beaten", "array"),
                ("chain", "array"),
            ],
        );
        assert_shape(&json["winner"], &place);
    }
    let rule = run(&top, &["explain", "missing-include", "--format", "json"]).json();
    assert_eq!((&rule["name"], &rule["kind"]), (&"missing-include".into(), &"rule".into()));
    let rules = run(&top, &["explain", "--list", "--format", "json"]).json();
    assert!(rules.as_array().unwrap().iter().any(|rule| rule["name"] == "missing-include"));
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let top = repository("tests");
    let long = talkative();
    let [site, broken] = ["site", "broken"].map(|tree| top.join(tree));
    for directory in [site.as_path(), &broken, long.path()] {
        let render: [&[&str]; 1] = [&["render", "--all", "--origin"]];
        for report in REPORTS.into_iter().chain(render) {
            let [one, two] = ["1", "2"].map(|n| run(directory, &[report, &["--threads", n]].concat()));
            assert!(
                one.out == two.out && one.err == two.err && one.code == two.code,
                "{directory:?} {report:?}"
            );
        }
    }
}
