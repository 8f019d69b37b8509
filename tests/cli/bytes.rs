//! Files that are not text, or too large.

use std::io::{Seek, SeekFrom, Write};

use crate::REPORTS;
#[cfg(target_os = "linux")]
use crate::support::program::FVPROV;
use crate::support::program::run;
use crate::support::tree::{HEADER, boot, cfg, tree};

#[test]
fn files_that_are_not_utf8_text_are_findings() {
    let wide = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        let text = "#!version:1.0.0.1\r\nlang.gui = German\r\n".encode_utf16();
        [mark, &text.flat_map(bytes).collect::<Vec<u8>>()].concat()
    };
    let texts: [(&str, Vec<u8>); 7] = [
        ("little.cfg", wide(b"\xff\xfe", u16::to_le_bytes)),
        ("big.cfg", wide(b"\xfe\xff", u16::to_be_bytes)),
        ("unmarked.cfg", wide(b"", u16::to_le_bytes)),
        ("latin.cfg", [HEADER.as_bytes(), b"account.1.label = M\xfcller\n"].concat()),
        ("nul.cfg", [HEADER.as_bytes(), b"lang.gui = Ger\0man\n\0\0\0\n"].concat()),
        ("noise.cfg", (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("zip.cfg", [&b"PK\x03\x04"[..], &[0; 64]].concat()),
    ];
    for (name, text) in texts {
        let site = tree(&[("y000000000000.boot", boot(&[name]).into_bytes()), (name, text)]);
        let said = run(site.path(), &["lint", "--output-format", "json"]);
        assert_eq!(said.code, Some(1), "{name}: {}{}", said.out, said.err);
        assert!(said.findings().iter().any(|finding| finding.starts_with(name)), "{name}: {}", said.out);
        for report in REPORTS {
            let said = run(site.path(), report);
            said.assert_no_crash();
            assert!(!said.out.contains('\0'), "{name} {report:?}");
        }
        run(site.path(), &["render", "--mac", "any"]).assert_no_crash();
        run(site.path(), &["render", "--mac", "any", "--format", "json"]).json();
    }
}

#[test]
fn empty_files_and_lone_byte_order_marks_do_not_crash() {
    for text in
        ["", "\n", "\r", "\u{feff}", "#", "=", "include:config", "include:config <", "[", "a=\u{feff}"]
    {
        let site =
            tree(&[("y000000000000.boot", text), ("y000000000000.cfg", text), ("0021f2000001.cfg", text)]);
        for report in REPORTS {
            run(site.path(), report).assert_no_crash();
        }
    }
}

/// Runs in a shell that limits the memory.
#[cfg(target_os = "linux")]
fn run_within(directory: &std::path::Path, kilobytes: usize, args: &str) -> (Option<i32>, String) {
    let script = format!("ulimit -v {kilobytes}; exec '{FVPROV}' --threads 2 {args}");
    let output =
        std::process::Command::new("/bin/sh").current_dir(directory).args(["-c", &script]).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn a_huge_file_is_not_read() {
    let site = tree(&[("y000000000000.boot", boot(&["big.cfg"]))]);
    std::fs::File::create(site.path().join("big.cfg")).unwrap().set_len(200 << 20).unwrap();
    let (code, said) = run_within(site.path(), 400_000, "lint --output-format concise");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("big.cfg:1:1: warning[huge-file]"), "{said}");
    let (code, said) = run_within(site.path(), 400_000, "render --mac any");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("`big.cfg` cannot be read (it is larger than 1048576 bytes"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn reading_a_huge_file_on_request_needs_memory_in_proportion() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["big.cfg"])),
        ("fvprov.toml", "[limits]\nfile-bytes = 1000000000\nline-bytes = 1000000000\n".into()),
    ]);
    let mut file = std::fs::File::create(site.path().join("big.cfg")).unwrap();
    file.write_all(HEADER.as_bytes()).unwrap();
    file.seek(SeekFrom::Start(32 << 20)).unwrap();
    file.write_all(b"\nlang.gui = German\n").unwrap();
    for format in ["full", "json"] {
        let (code, said) = run_within(site.path(), 1_500_000, &format!("lint --output-format {format}"));
        assert_eq!(code, Some(1), "{format}: {}", &said[..said.len().min(400)]);
        assert!(said.len() < 20_000, "{format}: {} bytes", said.len());
    }
}

#[test]
fn a_line_of_ten_megabytes_is_not_printed() {
    let limits = "[limits]\nfile-bytes = 20000000\n";
    let long = cfg(&format!("lang.gui = {}\naccount.1.label = x\n", "x = 1 ".repeat(10_000_000 / 6)));
    let site = tree(&[
        ("y000000000000.boot", boot(&["long.cfg"])),
        ("long.cfg", long),
        ("fvprov.toml", limits.into()),
    ]);
    for format in ["full", "concise", "json"] {
        let said = run(site.path(), &["lint", "--output-format", format]);
        assert!(
            said.out.contains("huge-file") && said.out.len() < 5000,
            "{format}: {} bytes",
            said.out.len()
        );
        assert_eq!(said.code, Some(0), "{}", said.out);
    }
    let shown = run(site.path(), &["render", "--mac", "any"]);
    assert_eq!((shown.code, shown.out.len() > 9_000_000), (Some(0), true));
}

#[test]
fn a_long_line_is_cut_around_the_finding() {
    let long =
        cfg(&format!("remote_phonebook.data.1.name = {}\u{200b}ü{}\n", "ä".repeat(1000), "ö".repeat(900)));
    let site = tree(&[("y000000000000.cfg", long)]);
    let said = run(site.path(), &["lint", "--select", "invisible-character"]);
    let widest = said.out.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(said.out.contains("…") && widest < 250, "{}", said.out);
}
