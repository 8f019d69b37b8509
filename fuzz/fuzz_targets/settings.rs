//! Any text as settings, as the URL of a server, as the glob of a model, as an inventory and as a baseline:
//! it is parsed or refused.
#![no_main]

use fvprov::lint::baseline;
use fvprov::project::inventory::{ColumnNames, Inventory};
use fvprov::project::settings::Settings;
use fvprov::text::address::Server;
use fvprov::text::path;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Inventory::parse(text, &ColumnNames::new());
    if let Ok(entries) = baseline::parse(text) {
        assert!(baseline::parse(&baseline::write(&entries)).is_ok());
    }
    let Ok(settings) = Settings::parse(text) else { return };
    let _ = settings.models.find("0021f2000001");
    for glob in &settings.lint.exclude {
        let _ = path::covers(glob, "sites/berlin/a.cfg");
    }
    if let Some(Ok(server)) = settings.server.url.as_ref().map(|url| Server::parse(url.as_ref())) {
        let _ = server.tree_path("http://10.0.0.1/prov/%2e%2e/a.cfg?x#y");
        let _ = server.tree_path(text);
    }
});
