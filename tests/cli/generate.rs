//! `generate`: which files it writes, which input it refuses, and that it writes only into its output
//! directory.

use std::path::Path;

use tempfile::TempDir;

use crate::support::program::{Run, run, run_with};
use crate::support::tree::{HEADER, read, tree, write};

const BOOT: &str = "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\ninclude:config <{{ mac }}.cfg>\n";
const CFG: &str = "#!version:1.0.0.1\naccount.1.label = {{ name }}\n";
const SETTINGS: &str =
    "[generate]\nfrom = \"phones.csv\"\ntemplates = [\"t/phone.boot.j2\", \"t/phone.cfg.j2\"]\n";

/// A tree with templates and a list of phones.
fn office(list: &str) -> TempDir {
    office_with(list, &[])
}

fn office_with(list: &str, more: &[(&str, &str)]) -> TempDir {
    let common = format!("{HEADER}include:config <y000000000000.cfg>\n");
    let shared = format!("{HEADER}lang.gui = German\n");
    let mut files = vec![
        ("fvprov.toml", SETTINGS),
        ("y000000000000.boot", common.as_str()),
        ("y000000000000.cfg", shared.as_str()),
        ("t/phone.boot.j2", BOOT),
        ("t/phone.cfg.j2", CFG),
        ("phones.csv", list),
    ];
    files.retain(|(path, _)| more.iter().all(|(other, _)| other != path));
    files.extend(more);
    tree(&files)
}

/// The paths and contents of all files in a directory.
fn all(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(directory)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// Runs `generate`, which must fail with these words and write nothing.
#[track_caller]
fn refused(office: &TempDir, args: &[&str], words: &[&str]) -> Run {
    let before = all(office.path());
    let said = run(office.path(), &[&["generate"], args].concat());
    assert_eq!(said.code, Some(1), "{}", said.err);
    said.assert_no_crash();
    for word in words {
        assert!(said.err.contains(word), "{word}\n{}", said.err);
    }
    assert!(said.err.contains("nothing was written"), "{}", said.err);
    assert_eq!(all(office.path()), before);
    said
}

/// The files of some rows are skipped with these words; only `files` are new.
#[track_caller]
fn partly_written(office: &TempDir, args: &[&str], words: &[&str], files: &[&str]) -> Run {
    let before = all(office.path());
    let said = run(office.path(), &[&["generate"], args].concat());
    assert_eq!(said.code, Some(1), "{}", said.err);
    for word in words {
        assert!(said.err.contains(word), "{word}\n{}", said.err);
    }
    let new: Vec<String> = all(office.path())
        .into_iter()
        .filter(|file| !before.contains(file))
        .map(|(path, _)| path.strip_prefix(&format!("{}/", office.path().display())).unwrap().to_owned())
        .collect();
    assert_eq!(new, files);
    said
}

#[test]
fn a_second_run_writes_nothing() {
    let office = office("mac,name\n00:21:F2:00:00:01,Hall\n0021f2000002,\n");
    // The byte order mark and CR LF line endings of some editors.
    let marked = format!("\u{feff}{}", CFG.replace('\n', "\r\n"));
    write(office.path(), "t/phone.cfg.j2", marked);
    let said = run(office.path(), &["generate"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), "note: 4 files written, 0 unchanged\n"));
    assert_eq!(read(office.path(), "0021f2000001.cfg"), format!("{HEADER}account.1.label = Hall\n"));
    // An empty cell leaves no trailing space after `=`.
    assert_eq!(read(office.path(), "0021f2000002.cfg"), format!("{HEADER}account.1.label =\n"));
    let times = |office: &TempDir| {
        ["0021f2000001.cfg", "0021f2000002.boot"]
            .map(|path| std::fs::metadata(office.path().join(path)).unwrap().modified().unwrap())
    };
    let before = times(&office);
    let said = run(office.path(), &["generate"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), "note: 0 files written, 4 unchanged\n"));
    assert_eq!(times(&office), before);
    assert_eq!(run(office.path(), &["generate", "--check"]).code, Some(0));
    assert_eq!(run(office.path(), &["fmt", "--check"]).code, Some(0));
}

#[test]
fn every_notation_of_a_list_results_in_the_same_bytes() {
    let list = "mac,name\r\n0021f2000001,Köln\r\n0021f2000002,\"Süd\"\r\n";
    let wide = |unit: fn(u16) -> [u8; 2], mark: &[u8]| {
        [mark, &list.encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat()
    };
    let forms = [
        list.as_bytes().to_vec(),
        list.replace("\r\n", "\n").into_bytes(),
        list.replace(',', ";").into_bytes(),
        list.replace(',', "\t").into_bytes(),
        list.replace('"', "").replace(',', " , ").into_bytes(),
        format!("\u{feff}{list}").into_bytes(),
        list.replace("0021f2000001", "\"00-21-F2-00-00-01\"").into_bytes(),
        wide(u16::to_le_bytes, b"\xff\xfe"),
        wide(u16::to_be_bytes, b"\xfe\xff"),
        list.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
    ];
    for form in forms {
        let office = office("");
        write(office.path(), "phones.csv", &form);
        let said = run(office.path(), &["generate"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(read(office.path(), "0021f2000001.cfg"), format!("{HEADER}account.1.label = Köln\n"));
        assert_eq!(read(office.path(), "0021f2000002.cfg"), format!("{HEADER}account.1.label = Süd\n"));
    }
}

#[test]
fn all_errors_are_reported_at_once() {
    let list = "mac,name,note\n\
                0021f2000001,\"two\nlines\",x\n\
                hall,Hall,x\n\
                0021f2000002,Hall\n\
                0021f2000003,Hall,x,y\n\
                0021f2000004,Hall,\"nobody asks for\nthis\"\n\
                0021f2000004,Hall,x\n";
    let words = [
        "phones.csv: row 2, column `name`: it contains a line break",
        "phones.csv: row 3, column `mac`: `hall` is not a MAC address",
        "phones.csv: row 4 has 2 cells, but row 1 has 3",
        "phones.csv: row 5 has 4 cells, but row 1 has 3",
        "phones.csv: row 7: the phone 0021f2000004 is already in row 6",
        "2 files written",
        "5 errors: the files for these rows were skipped",
    ];
    partly_written(&office(list), &[], &words, &["0021f2000004.boot", "0021f2000004.cfg"]);
    refused(&office("mac,Name,name\n0021f2000001,a,b\n"), &[], &["row 1: the column `name` occurs twice"]);
    refused(
        &office("mac,a b,a-b\n0021f2000001,a,b\n"),
        &[],
        &["`a b` and `a-b` are both `a_b` in templates"],
    );
    refused(&office("mac,secrets\n0021f2000001,a\n"), &[], &["the column name `secrets` is reserved"]);
    refused(&office("phone\nx\n"), &[], &["row 1: there is no column `mac`; the only column is `phone`"]);
    let said =
        refused(&office("0021f2000001,hunter2\n"), &[], &["row 1 contains a MAC instead of column names"]);
    assert!(!said.err.contains("hunter2"), "{}", said.err);
    let bad = (0..200).fold(String::new(), |list, n| list + &format!("x{n},a\n"));
    let said = refused(&office(&format!("mac,name\n{bad}")), &[], &["and 150 more errors", "200 errors"]);
    assert_eq!(said.err.lines().count(), 52);
    run(office("mac,name\n").path(), &["generate"]).assert_unable("`phones.csv` lists no phone");
}

#[test]
fn template_errors_name_their_place() {
    let list = "mac,name\n0021f2000001,Hall\n0021f2000002,Hall\n";
    for (template, words) in [
        (
            "\n{{ nam }}",
            "t/phone.cfg.j2:2: `nam`: phones.csv does not have this column; did you mean `name`? (row 2 and 1 more)",
        ),
        ("{{ name", "t/phone.cfg.j2:1: unexpected end of input"),
        ("{% include 'x.j2' %}", "t/phone.cfg.j2:1: tried to include non-existing template 'x.j2'"),
        ("{% include '../fvprov.toml' %}", "`../fvprov.toml` is outside the template's directory"),
        ("{% include '/etc/passwd' %}", "`/etc/passwd` is outside"),
        ("{{ secrets.password }}", "`secrets.password`: no secrets file is set (--secrets FILE)"),
        ("{{ env.HOME }}", "`env.HOME`: this variable is not available (--env NAME)"),
    ] {
        refused(&office_with(list, &[("t/phone.cfg.j2", template)]), &[], &[words]);
    }
    let parts = [("t/phone.cfg.j2", "{% include 'part.j2' %}"), ("t/part.j2", "\n\n{{ x }}")];
    refused(&office_with(list, &parts), &[], &["t/part.j2:3: `x`: phones.csv does not have this column"]);
    refused(
        &office(list),
        &["--template", "t/none.cfg"],
        &["the template `t/none.cfg` does not exist (row 2 and 1 more)"],
    );
    refused(&office(list), &["--template", "{{nam}}.cfg"], &["no column `nam`; did you mean `name`?"]);
}

#[test]
fn a_column_chooses_the_template_and_names_the_file() {
    let list = "mac,name,model,site\n\
                0021f2000001,Hall,FIP14G,izmir\n\
                0021f2000002,Door,fip10,izmir\n\
                0021f2000003,Desk,,köln\n";
    let site = "#!version:1.0.0.1\nlang.wui = {{ site }}\n";
    let own = "#!version:1.0.0.1\naccount.1.label = {{ name }} 10\n";
    let office = office_with(list, &[("t/site.j2", site), ("t/fip10.cfg.j2", own)]);
    let templates = [
        "generate",
        "--dry-run",
        "--template",
        "sites/{{site}}.cfg=t/site.j2",
        "--template",
        "t/{{model}}.cfg.j2",
        "--template",
        "t/phone.cfg.j2",
        "--template",
        "t/phone.boot.j2",
    ];
    let said = run(office.path(), &templates);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let paths: Vec<&str> =
        said.out.lines().map(|line| line.strip_prefix("would be created: ").unwrap()).collect();
    let phones = ["1", "2", "3"].map(|n| ["boot", "cfg"].map(|ending| format!("0021f200000{n}.{ending}")));
    let mut expected = phones.concat();
    expected.extend(["sites/izmir.cfg".to_owned(), "sites/köln.cfg".to_owned()]);
    assert_eq!(paths, expected);
    let writing: Vec<&str> = templates.iter().filter(|word| **word != "--dry-run").copied().collect();
    assert_eq!(run(office.path(), &writing).code, Some(0));
    assert!(read(office.path(), "0021f2000001.cfg").ends_with("= Hall\n"));
    assert!(read(office.path(), "0021f2000002.cfg").ends_with("= Door 10\n"));
    assert!(read(office.path(), "0021f2000003.cfg").ends_with("= Desk\n"));
    // Rows that write the same file must write the same content, and no two names may differ only in case.
    let site = "#!version:1.0.0.1\nlang.wui = {{ name }}\n";
    let office = office_with(list, &[("t/site.j2", site)]);
    let args = ["--template", "sites/{{site}}.cfg=t/site.j2"];
    let words = ["row 3: line 2 of `sites/izmir.cfg` differs between this row and row 2"];
    partly_written(&office, &args, &words, &["sites/köln.cfg"]);
    let office = office_with("mac,site\n0021f2000001,a\n0021f2000002,A\n", &[("t/site.j2", HEADER)]);
    let words = ["row 3: `sites/A.cfg` and `sites/a.cfg` differ only in case"];
    partly_written(&office, &args, &words, &["sites/a.cfg"]);
}

#[test]
fn nothing_is_written_outside_the_output_directory() {
    for site in ["../x", "a/b", "/etc/x", "..\\x", "C:x", "a\u{7f}", ""] {
        let office = office_with(&format!("mac,site\n0021f2000001,{site}\n"), &[("t/site.j2", HEADER)]);
        refused(&office, &["--template", "{{site}}.cfg=t/site.j2"], &["row 2, column `site`"]);
    }
    for site in ["..", "con", "COM1", ".git", "NUL.x"] {
        let office = office_with(&format!("mac,site\n0021f2000001,{site}\n"), &[("t/site.j2", HEADER)]);
        refused(&office, &["--template", "{{site}}/x.cfg=t/site.j2"], &["is not a valid file name"]);
    }
    let office = office("mac,name\n0021f2000001,a\n");
    refused(&office, &["--template", "../{{mac}}.cfg=t/phone.cfg.j2"], &["is not a valid file name"]);
    refused(
        &office,
        &["--template", "/{{mac}}.cfg=t/phone.cfg.j2"],
        &["is not a valid file name: it starts or ends with `/`"],
    );
    run(office.path(), &["generate", "--template", "{{mac}}.csv=t/phone.cfg.j2"])
        .assert_unable("must be a .boot, .cfg or .xml file");
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_inside_the_output_directory() {
    let office = office_with("mac,name\n0021f2000001,a\n", &[("real/own.cfg", HEADER)]);
    let outside = tree(&[("x.cfg", HEADER)]);
    let link = office.path().join("0021f2000001.cfg");
    std::os::unix::fs::symlink(outside.path().join("x.cfg"), &link).unwrap();
    run(office.path(), &["generate"]).assert_unable("a link in this path leads outside the output directory");
    assert_eq!(read(outside.path(), "x.cfg"), HEADER);
    assert!(!office.path().join("0021f2000001.boot").exists());
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("0021f2000001.boot", &link).unwrap();
    write(office.path(), "0021f2000001.boot", HEADER);
    run(office.path(), &["generate"])
        .assert_unable("because of a link, this is the same file as another output");
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("real/own.cfg", &link).unwrap();
    assert_eq!(run(office.path(), &["generate"]).code, Some(0));
    assert!(link.is_symlink());
    assert!(read(office.path(), "real/own.cfg").ends_with("= a\n"));
}

#[test]
fn secrets_are_printed_only_into_the_files() {
    let list = "mac,name\n0021f2000001,Hall\n0021f2000002,Desk\n";
    let cfg = "#!version:1.0.0.1\naccount.1.password = {{ secrets.password }}{{ env.TAIL }}\n";
    let secrets = "mac;password\n0021f2000001;hunter2hunter2\n";
    let office = office_with(list, &[("t/phone.cfg.j2", cfg), ("s.csv", secrets)]);
    let generate = |office: &TempDir, more: &[&str]| {
        let args = [&["generate", "--secrets", "s.csv", "--env", "TAIL"], more].concat();
        run_with(office.path(), &args, &[("TAIL", "tail-of-all")])
    };
    let said = generate(&office, &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("s.csv has no row for 0021f2000002 (row 3)"), "{}", said.err);
    write(office.path(), "s.csv", format!("{secrets}0021f2000002;\n"));
    assert!(generate(&office, &[]).err.contains("`secrets.password`: the cell in row 3 of s.csv is empty"));
    write(office.path(), "s.csv", format!("{secrets}0021f2000002;swordfish-9\nswordfish-8;x\n"));
    let said = generate(&office, &[]);
    assert!(said.err.contains("s.csv: row 4: `mac` is not a MAC address"), "{}", said.err);
    assert!(!said.err.contains("swordfish"));
    write(office.path(), "s.csv", format!("{secrets}0021f2000002;swordfish-9\n"));
    std::fs::remove_file(office.path().join("0021f2000001.cfg")).unwrap();
    let said = generate(&office, &["--diff"]);
    assert!(said.out.contains("+account.1.password = <secret #1>"), "{}", said.out);
    assert!(!said.out.contains("hunter2") && !said.out.contains("tail-of-all"));
    assert_eq!(generate(&office, &[]).code, Some(0));
    assert!(read(office.path(), "0021f2000001.cfg").ends_with("= hunter2hunter2tail-of-all\n"));
    write(office.path(), "t/phone.cfg.j2", "{% include secrets.password %}{% include env.TAIL %}");
    let said = generate(&office, &[]);
    assert!(said.err.contains("'<secret>'") && !said.err.contains("hunter2"), "{}", said.err);
    run(office.path(), &["generate", "--env", "FVPROV_NO_SUCH"])
        .assert_unable("this environment variable is not set");
}

#[test]
fn a_missing_column_of_the_secrets_is_reported_once() {
    let list = "mac,name\n0021f2000001,Hall\n0021f2000002,Desk\n";
    let secrets = "mac,pasword\n0021f2000001,hunter2hunter2\n";
    let asks = |what: &str| format!("{HEADER}account.1.label = {{{{ {what} }}}}\n");
    for (what, why) in [
        (
            "secrets.password",
            "`secrets.password`: s.csv does not have this column; did you mean `pasword`? (row 2 and 1 more)",
        ),
        ("secretsx", "`secretsx`: phones.csv does not have this column (row 2 and 1 more)"),
        ("envelope", "`envelope`: phones.csv does not have this column (row 2 and 1 more)"),
    ] {
        let office = office_with(list, &[("t/phone.cfg.j2", &asks(what)), ("s.csv", secrets)]);
        refused(&office, &["--secrets", "s.csv"], &[why, "nothing was written: 1 error"]);
    }
    let office = office_with(list, &[("s.csv", "hunter2hunter2,x\n")]);
    let said = refused(&office, &["--secrets", "s.csv"], &["s.csv: row 1: there is no column `mac`"]);
    assert!(!said.err.contains("hunter2"), "{}", said.err);
}

#[test]
fn an_unclosed_quote_hides_no_phones() {
    let list = "mac,name,note\n0021f2000001,Hall,\"hunter2\n0021f2000002,Desk,\n";
    let office = office(list);
    let said = refused(&office, &[], &["phones.csv: row 2: the closing `\"` of a cell is missing"]);
    assert_eq!(said.err.lines().count(), 2, "{}", said.err);
    write(office.path(), "s.csv", list);
    write(office.path(), "phones.csv", "mac,name\n0021f2000001,Hall\n");
    let words = ["s.csv: row 2: the closing `\"` of a cell is missing"];
    let files = ["0021f2000001.boot", "0021f2000001.cfg"];
    let said = partly_written(&office, &["--secrets", "s.csv"], &words, &files);
    assert!(!said.err.contains("hunter2"), "{}", said.err);
}

#[test]
fn warnings_are_counted_and_do_not_block_writing() {
    let warned = format!("{HEADER}features.nobody.knows = 1\n");
    let office = office_with("mac,name\n0021f2000001,Hall\n", &[("t/phone.cfg.j2", &warned)]);
    let said = run(office.path(), &["generate", "--dry-run"]);
    let words = "note: 1 warning in these files: run `fvprov lint` after writing to see them";
    assert!(said.err.contains(words), "{}", said.err);
}

#[test]
fn an_error_in_one_file_blocks_writing_all_files() {
    let list = "mac,name\n0021f2000001,Hall\n";
    let cfg = "#!version:1.0.0.1\naccount.1.labl = {{ name }}\n";
    let office = office_with(list, &[("t/phone.cfg.j2", cfg)]);
    let said = refused(&office, &[], &["1 error in the generated files"]);
    assert!(
        said.out.contains("error[misspelled-parameter]") && said.out.contains("t/phone.cfg.j2:2:1"),
        "{}",
        said.out
    );
    refused(&office, &["--diff"], &[]);
    // Existing errors in other files do not block writing.
    let broken = format!("{HEADER}lang.gu = German\n");
    let office = office_with(list, &[("y000000000000.cfg", &broken)]);
    let said = run(office.path(), &["generate"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    // Findings in the baseline do not block writing either.
    let settings = format!("{SETTINGS}[lint]\nbaseline = \"b.json\"\n");
    let office = office_with(list, &[("t/phone.cfg.j2", CFG), ("fvprov.toml", &settings), ("b.json", "")]);
    std::fs::remove_file(office.path().join("b.json")).unwrap();
    assert_eq!(
        run(
            office.path(),
            &["generate", "--isolated", "--from", "phones.csv", "--template", "t/phone.boot.j2"]
        )
        .code,
        Some(1)
    );
    write(office.path(), "t/phone.cfg.j2", cfg);
    write(office.path(), "0021f2000001.cfg", format!("{HEADER}account.1.labl = Old\n"));
    assert_eq!(run(office.path(), &["lint", "--write-baseline"]).code, Some(0));
    let said = run(office.path(), &["generate", "--template", "t/phone.cfg.j2"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

#[test]
fn files_of_removed_phones_are_reported_and_not_deleted() {
    let office = office("mac,name\n0021f2000001,a\n0021f2000002,b\n");
    assert_eq!(run(office.path(), &["generate"]).code, Some(0));
    write(office.path(), "phones.csv", "mac,name\n0021f2000002,b\n");
    let said = run(office.path(), &["generate"]);
    assert_eq!(said.code, Some(0));
    let words = "0021f2000001 is not in the list; its files were not deleted: `0021f2000001.boot`, `0021f2000001.cfg`";
    assert!(said.err.contains(words), "{}", said.err);
    assert!(office.path().join("0021f2000001.cfg").exists());
}

#[test]
fn the_output_directory_is_created() {
    let office = office("mac,name\n0021f2000001,a\n");
    let args = ["generate", "--out", "berlin", "--template", "t/phone.cfg.j2"];
    let said = run(office.path(), &[&args[..], &["--dry-run"]].concat());
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "would be created: berlin/0021f2000001.cfg\n"),
        "{}",
        said.err
    );
    assert!(!office.path().join("berlin").exists());
    assert_eq!(run(office.path(), &args).code, Some(0));
    assert!(read(office.path(), "berlin/0021f2000001.cfg").ends_with("= a\n"));
    run(office.path(), &["generate", "--out", "no/where"]).assert_unable("`no/where` does not exist");
    run(office.path(), &["generate", "--out", "phones.csv"]).assert_unable("is not a directory");
}

#[test]
fn a_cell_that_a_spreadsheet_changed_is_an_error_at_its_row_and_column() {
    let cfg = "#!version:1.0.0.1\naccount.1.enable = {{ on }}\naccount.1.label = {{ since }}\n\
        account.1.auth_name = {{ ext }}\n{% if dnd in [\"yes\", \"\"] %}\nlang.gui = German\n{% endif %}\n";
    let row =
        |cells: &str| format!("mac,ext,on,since,dnd,unused\n0021f2000001,{cells}\n0021f2000002,200,0,a,,\n");
    for (cells, column, words) in [
        ("202.0,0,a,,", "ext", "`202.0` is not valid for `account.1.auth_name`"),
        ("03/04/26,0,a,,", "ext", "`03/04/26` is not valid for `account.1.auth_name`"),
        ("10:30:00,0,a,,", "ext", "`10:30:00` is not"),
        ("2026-03-04,0,a,,", "ext", "`2026-03-04` is not"),
        ("WAHR,0,a,,", "ext", "`WAHR` is not"),
        ("200,TRUE,a,,", "on", "`TRUE` is not valid for `account.1.enable`"),
        ("200,0,a,TRUE,", "dnd", "the template compares this column with `yes`, but `TRUE` never matches"),
    ] {
        let office = office_with(&row(cells), &[("t/phone.cfg.j2", cfg)]);
        let run = run(office.path(), &["generate"]);
        assert_eq!(run.code, Some(1), "{cells}: {}", run.err);
        assert!(run.err.contains(&format!("phones.csv: row 2, column `{column}`: {words}")), "{}", run.err);
        assert!(run.err.contains("1 error: the files for these rows were skipped"), "{}", run.err);
        assert!(!office.path().join("0021f2000001.cfg").exists());
        assert!(office.path().join("0021f2000002.cfg").exists());
    }
    for cells in ["200,0,2026-03-04,yes,TRUE", "200,0,TRUE,,202.0", "200,0,10:30:00,no,03/04/26"] {
        let office = office_with(&row(cells), &[("t/phone.cfg.j2", cfg)]);
        let run = run(office.path(), &["generate"]);
        assert_eq!(run.code, Some(0), "{cells}: {}", run.err);
    }
}

#[test]
fn templates_of_the_command_line_have_the_options_of_generate() {
    // `generate` removes the newline after a block tag, which Jinja2 by itself does not.
    let cfg = "#!version:1.0.0.1\nsip.listen_mode = {% if name %}1{% endif %}\nsip.listen_port = 5060\n";
    let office = office_with("mac,name\n0021f2000001,a\n", &[("t/phone.cfg.j2", cfg)]);
    write(office.path(), "fvprov.toml", "");
    let said = run(office.path(), &["generate", "--from", "phones.csv", "--template", "t/phone.cfg.j2"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("joined-lines") && all.contains("t/phone.cfg.j2"), "{all}");
    assert_eq!(all.matches("error[joined-lines]").count(), 1, "{all}");
}
