//! The list of served files: everything that a phone reads is served, and nothing that fvprov works from.

use std::path::{Path, PathBuf};

use super::peer::{ANY, Ftp, SETTINGS, Server, get, tftp, tree};
use crate::support::program::run;
use crate::support::tree::{read, write};

/// A server over all protocols, and its clients.
struct Clients {
    server: Server,
    ftp: Ftp,
    https: reqwest::blocking::Client,
}

impl Clients {
    fn new(tree: &Path, arguments: &[&str]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let all = ["--http", ANY, "--https", ANY, "--tftp", ANY, "--ftp", ANY];
        let server = Server::new(tree, &[&all[..], arguments].concat());
        let ftp = Ftp::login(server.address("ftp"));
        let https =
            reqwest::blocking::Client::builder().tls_danger_accept_invalid_certs(true).build().unwrap();
        Self { server, ftp, https }
    }

    /// The content of a path over HTTP, HTTPS, TFTP and FTP.
    fn get(&mut self, path: &str) -> [Option<Vec<u8>>; 4] {
        let encoded = path.replace('%', "%25").replace(' ', "%20").replace('#', "%23").replace('?', "%3F");
        let http = get(self.server.address("http"), &format!("/{encoded}"));
        let https = self.https.get(self.server.url("https") + &encoded).send().unwrap();
        let is_ok = https.status().is_success();
        [
            (http.status == 200).then_some(http.body),
            is_ok.then(|| https.bytes().unwrap().to_vec()),
            tftp(self.server.address("tftp"), path.as_bytes(), "octet", &[]).ok(),
            self.ftp.retrieve(format!("/{path}").as_bytes()).ok(),
        ]
    }

    #[track_caller]
    fn assert_served(&mut self, path: &str) {
        let got = self.get(path);
        assert!(got.iter().all(Option::is_some), "{path}: {:?}", got.map(|got| got.is_some()));
    }

    #[track_caller]
    fn assert_not_served(&mut self, path: &str) {
        let got = self.get(path);
        assert!(got.iter().all(Option::is_none), "{path}: {:?}", got.map(|got| got.is_some()));
    }
}

/// The sources of a starter tree.
const SOURCES: [&str; 5] =
    ["secrets.csv", "phones.csv", "fvprov.toml", "templates/phone.boot.j2", "templates/phone.cfg.j2"];

/// The tree that `init` makes.
fn new_tree(directory: &Path) -> PathBuf {
    run(directory, &["init", "tree"]).success();
    directory.join("tree")
}

/// The same with two more phones from the list.
fn generated_tree(directory: &Path) -> PathBuf {
    let tree = new_tree(directory);
    let rows = "00:21:F2:00:00:02,fip14g,berlin,101,Desk\n00:21:F2:00:00:03,fip14g,berlin,102,Door\n";
    write(&tree, "phones.csv", read(&tree, "phones.csv") + rows);
    let passwords = "00:21:F2:00:00:02,Kx7pQz93mT1\n00:21:F2:00:00:03,Wm4rLs82nV6\n";
    write(&tree, "secrets.csv", read(&tree, "secrets.csv") + passwords);
    run(&tree, &["generate", "--quiet"]).success();
    tree
}

/// The tree that `init` of version 0.1.0 made: sources next to boot files.
fn flat_tree(directory: &Path) -> PathBuf {
    let tree = generated_tree(directory);
    let flat = directory.join("flat");
    for source in SOURCES {
        write(&flat, source, std::fs::read(tree.join(source)).unwrap());
    }
    let settings = read(&tree, "fvprov.toml").replace("directory = \"www\"\n", "");
    write(&flat, "fvprov.toml", settings);
    for path in files_below(&tree.join("www")) {
        write(&flat, &path, std::fs::read(tree.join("www").join(&path)).unwrap());
    }
    flat
}

fn files_below(directory: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(directory).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.path().strip_prefix(directory).unwrap().to_str().unwrap().to_owned()).collect()
}

/// Forty names that no phone requests.
fn other_names() -> Vec<String> {
    let stems =
        ["secrets", "phones", "fvprov", "phone", "backup", "old", "copy of phones", "0021f2000001-local"];
    let endings = ["cfg", "boot", "xml", "csv", "txt"];
    stems.iter().flat_map(|stem| endings.map(|ending| format!("{stem}.{ending}"))).collect()
}

#[test]
fn sources_are_refused_and_the_files_of_every_phone_are_served() {
    let directory = tempfile::tempdir().unwrap();
    let make: [fn(&Path) -> PathBuf; 3] = [new_tree, generated_tree, flat_tree];
    for (at, make) in make.into_iter().enumerate() {
        let place = directory.path().join(at.to_string());
        std::fs::create_dir(&place).unwrap();
        let tree = make(&place);
        let served = if at == 2 { tree.clone() } else { tree.join("www") };
        let files: Vec<String> =
            files_below(&served).into_iter().filter(|path| !SOURCES.contains(&path.as_str())).collect();
        assert!(files.len() >= 5, "{files:?}");
        // Copies of the sources, and the backups of editors, in every directory.
        let mut refused: Vec<String> = SOURCES.map(str::to_owned).into();
        for source in SOURCES {
            let text = std::fs::read(tree.join(source)).unwrap();
            let (above, name) = source.rsplit_once('/').map_or(("", source), |(above, name)| (above, name));
            for folder in ["", "sites", "old", "templates"] {
                for copy in
                    [format!("{name}~"), format!("{name}.bak"), format!(".{name}.swp"), format!("#{name}#")]
                {
                    refused.push(format!("{folder}/{copy}").trim_start_matches('/').to_owned());
                }
            }
            for path in &refused[SOURCES.len()..] {
                write(&served, path, &text);
            }
            assert!(above.is_empty() || above == "templates");
        }
        let secrets = std::fs::read(tree.join("secrets.csv")).unwrap();
        for name in other_names() {
            for folder in ["", "sites/", "old/"] {
                write(&served, &format!("{folder}{name}"), &secrets);
                refused.push(format!("{folder}{name}"));
            }
        }
        for arguments in [&[][..], &["--rendered"]] {
            let mut clients = Clients::new(&tree, arguments);
            for path in &refused {
                clients.assert_not_served(path);
            }
            if arguments.is_empty() {
                for path in &files {
                    clients.assert_served(path);
                }
                let line = clients.server.wait(1, |line| line["asked"] == "/old/secrets.cfg").remove(0);
                assert_eq!(line["answer"], "withheld", "{line}");
            } else {
                clients.assert_served("0021f2000001.boot");
                clients.assert_served("0021f2000001.cfg");
            }
        }
    }
}

#[test]
fn files_that_an_effective_setting_names_are_served() {
    let tree = tree();
    for book in ["named.xml", "overridden.xml", "nobody.xml", "by-address.xml"] {
        write(tree.path(), &format!("books/{book}"), "<YealinkIPPhoneDirectory/>\n");
    }
    let settings = "[server]\nurl = \"http://10.0.0.1/prov/\"\n[inventory]\nfile = \"phones.csv\"\n";
    write(tree.path(), "fvprov.toml", settings);
    let common = "remote_phonebook.data.1.url = http://10.0.0.1/prov/books/named.xml\n\
                  remote_phonebook.data.2.url = http://10.0.0.1/prov/books/overridden.xml\n\
                  remote_phonebook.data.2.url = http://10.0.0.1/prov/phones.csv\n\
                  remote_phonebook.data.3.url = http://other.example:8080/books/by-address.xml\n";
    write(tree.path(), "common.cfg", common);
    let mut clients = Clients::new(tree.path(), &[]);
    clients.assert_served("books/named.xml");
    clients.assert_served("books/by-address.xml");
    for path in ["books/overridden.xml", "books/nobody.xml", "phones.csv"] {
        clients.assert_not_served(path);
    }
}

#[test]
fn a_query_is_not_part_of_the_name_of_a_phonebook() {
    let tree = tree();
    write(tree.path(), "fvprov.toml", "[server]\nurl = \"http://10.0.0.1/prov/\"\n");
    let queries = ["?v=2", "?mac=1", "?"];
    let mut common = String::new();
    for (at, query) in queries.iter().enumerate() {
        write(tree.path(), &format!("pb/q{at}.xml"), "<YealinkIPPhoneDirectory/>\n");
        common +=
            &format!("remote_phonebook.data.{}.url = http://10.0.0.1/prov/pb/q{at}.xml{query}\n", at + 1);
    }
    write(tree.path(), "common.cfg", common);
    let mut clients = Clients::new(tree.path(), &[]);
    for (at, query) in queries.iter().enumerate() {
        clients.assert_served(&format!("pb/q{at}.xml"));
        let path = format!("/pb/q{at}.xml{query}");
        assert_eq!(get(clients.server.address("http"), &path).status, 200, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn hard_links_to_sources_are_not_served() {
    let tree = tree();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "passwords.txt", "mac,password\n");
    write(tree.path(), "secrets.csv", "mac,password\n");
    write(tree.path(), "other.bin", "x\n");
    let secrets = outside.path().join("passwords.txt");
    let settings = format!("{SETTINGS}[generate]\nsecrets = \"{}\"\n", secrets.display());
    write(tree.path(), "fvprov.toml", settings);
    for (file, link) in [
        (secrets.clone(), "a.bin"),
        (tree.path().join("secrets.csv"), "b.bin"),
        (tree.path().join("fvprov.toml"), "c.bin"),
        (tree.path().join("other.bin"), "d.bin"),
    ] {
        std::fs::hard_link(file, tree.path().join(link)).unwrap();
    }
    let mut clients = Clients::new(tree.path(), &[]);
    for link in ["a.bin", "b.bin", "c.bin"] {
        clients.assert_not_served(link);
    }
    clients.assert_served("d.bin");
}

#[test]
fn the_list_follows_the_tree() {
    let tree = tree();
    write(tree.path(), "new.cfg", "lang.gui = German\n");
    write(tree.path(), "notes.bin", "x\n");
    let mut clients = Clients::new(tree.path(), &[]);
    clients.assert_not_served("new.cfg");
    clients.assert_served("notes.bin");
    write(tree.path(), "0021f2000003.boot", "#!version:1.0.0.1\ninclude:config <new.cfg>\n");
    clients.assert_served("new.cfg");
    clients.assert_served("0021f2000003.boot");
    // A file that the settings now name as fvprov's own.
    write(tree.path(), "fvprov.toml", format!("{SETTINGS}[generate]\nsecrets = \"notes.bin\"\n"));
    clients.assert_not_served("notes.bin");
    std::fs::remove_file(tree.path().join("0021f2000003.boot")).unwrap();
    clients.assert_not_served("new.cfg");
    // Without valid settings, the last valid state remains in use.
    write(tree.path(), "fvprov.toml", "[nonsense\n");
    clients.assert_served("common.cfg");
    clients.assert_not_served("phones.csv");
    clients.assert_not_served("notes.bin");
}

#[test]
fn also_names_files_but_never_work_files() {
    let tree = tree();
    write(tree.path(), "fvprov.toml", "[server]\nalso = [\"**\"]\n[inventory]\nfile = \"phones.csv\"\n");
    let names = ["ring.wav", "docs/manual.pdf", "logo.png"];
    let never = [
        "phones.csv",
        "fvprov.toml",
        "list.xlsx",
        "all.zip",
        "all.tar.gz",
        "server.pem",
        "server.key",
        "x.cfg~",
        "x.cfg.bak",
        ".htpasswd",
        "aeskey.txt",
    ];
    for name in names.iter().chain(&never).filter(|name| !tree.path().join(name).exists()) {
        write(tree.path(), name, "x\n");
    }
    let mut clients = Clients::new(tree.path(), &[]);
    for name in names {
        clients.assert_served(name);
    }
    for name in never {
        clients.assert_not_served(name);
    }
}

#[test]
fn also_never_matches_files_that_no_phone_needs() {
    let tree = tree();
    write(tree.path(), "fvprov.toml", b"[server]\nalso = [\"**\"]\n[inventory]\nfile = \"phones.csv\"\n");
    let mut clients = Clients::new(tree.path(), &[]);
    for (name, text) in [
        ("phones.xlsb", "x"),
        ("books/Phones.ODS", "x"),
        ("store.jks", "x"),
        ("ca.der", "x"),
        ("backup.csv.gpg", "x"),
        ("0021f2000001.cfg.dpkg-old", "x"),
        ("common.cfg.rpmsave", "x"),
        ("site.tar.gz", "x"),
        ("pbx.sql", "x"),
        ("pbx.sqlite3", "x"),
        ("list.csv.2026-11-27", "x"),
        ("vault.yml", "x"),
        ("Secrets.CSV", "mac,password\n"),
        ("old/passwords.tsv", "x"),
        ("templates/phone.cfg.j2", "x"),
    ] {
        write(tree.path(), name, text.as_bytes());
        clients.assert_not_served(name);
    }
    for name in ["firmware/fip13g.rom", "draft.cfg", "logo.png", "ca.crt"] {
        write(tree.path(), name, b"x");
        clients.assert_served(name);
    }
}
