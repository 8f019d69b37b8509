//! Test results for build servers, read with an independent parser.

use roxmltree::{Document, Node};

use super::{every_tree, json, lint, tests};
use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree};

fn children<'a, 'd>(node: Node<'a, 'd>, name: &'a str) -> Vec<Node<'a, 'd>> {
    node.children().filter(|child| child.has_tag_name(name)).collect()
}

fn number(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap().parse().unwrap()
}

#[test]
fn suites_are_files_and_cases_are_findings() {
    for (_kept, directory) in every_tree() {
        let text = lint(&directory, "junit");
        let document = Document::parse(&text).unwrap();
        let top = document.root_element();
        assert!(top.has_tag_name("testsuites"));
        let said = json(&directory, "json");
        let findings = said["findings"].as_array().unwrap();
        assert_eq!(number(top, "failures"), findings.len());
        let suites = children(top, "testsuite");
        let names: Vec<&str> = suites.iter().map(|suite| suite.attribute("name").unwrap()).collect();
        assert!(names.is_sorted() && !names.is_empty(), "{names:?}");
        let mut tests = 0;
        for suite in suites {
            let path = suite.attribute("name").unwrap();
            let cases = children(suite, "testcase");
            let failed: Vec<_> = cases.iter().filter_map(|case| children(*case, "failure").pop()).collect();
            assert_eq!((number(suite, "tests"), number(suite, "failures")), (cases.len(), failed.len()));
            let of_file = |finding: &&serde_json::Value| finding["file"].as_str().unwrap() == path;
            assert_eq!(failed.len(), findings.iter().filter(of_file).count(), "{path}");
            assert!(failed.len() == cases.len() || (failed.is_empty() && cases.len() == 1), "{path}");
            for failure in failed {
                assert!(["error", "warning", "info"].contains(&failure.attribute("type").unwrap()));
                assert!(
                    !failure.attribute("message").unwrap().is_empty()
                        && failure.text().unwrap().contains(path)
                );
            }
            assert!(cases.iter().all(|case| case.attribute("classname") == Some(path)));
            tests += cases.len();
        }
        assert_eq!(number(top, "tests"), tests);
    }
}

#[test]
fn clean_files_pass_and_files_out_of_focus_are_omitted() {
    let text = lint(&tests().join("site"), "junit");
    let document = Document::parse(&text).unwrap();
    assert_eq!(
        (number(document.root_element(), "tests"), number(document.root_element(), "failures")),
        (29, 0)
    );
    let text = run(&tests(), &["lint", "site/y000000000000.cfg", "--output-format", "junit"]).out;
    let document = Document::parse(&text).unwrap();
    let suites = children(document.root_element(), "testsuite");
    let names: Vec<_> = suites.iter().map(|suite| suite.attribute("name").unwrap()).collect();
    assert_eq!(names, ["site/y000000000000.cfg"]);
}

#[test]
fn characters_that_xml_forbids_are_replaced() {
    let odd = "x\u{1} = \u{b}\nlang.gui = \u{85}y\u{1b}[31m ]]> \n";
    let boot = boot(&["gone\u{fffe}\u{ffff}\u{1}.cfg", "]]>\u{fffd}\u{e000}.cfg", "a.cfg"]);
    let site = tree(&[("y000000000000.boot", boot), ("a.cfg", cfg(odd))]);
    let text = lint(site.path(), "junit");
    let is_valid = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    assert!(text.chars().all(is_valid), "{text:?}");
    let document = Document::parse(&text).unwrap();
    assert!(number(document.root_element(), "failures") >= 4, "{text}");
    assert!(text.contains("gone\u{fffd}\u{fffd}\\x01.cfg"), "{text}");
}
