//! `schema models`: the models in the catalogue.

use serde_json::{Value, json};

use crate::catalogue::{Limit, Model};

/// A human-readable table. An empty cell means that the number is unknown.
pub fn table(models: &[Model]) -> String {
    let mut rows = vec![
        ["model", "also called", "accounts", "line keys", "programmable keys", "Wi-Fi"].map(str::to_owned),
    ];
    for model in models {
        rows.push([
            model.name.clone(),
            model.title.clone(),
            number(model.accounts.as_ref()),
            number(model.line_keys.as_ref()),
            number(model.programmable_keys.as_ref()),
            model.wifi.map_or(String::new(), |wifi| if wifi { "yes" } else { "no" }.to_owned()),
        ]);
    }
    let widths: [usize; 6] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

fn number(limit: Option<&Limit>) -> String {
    limit.map_or(String::new(), |limit| limit.most.to_string())
}

/// A JSON array; unknown numbers are null.
pub fn json(models: &[Model]) -> Value {
    let objects = models.iter().map(|model| {
        json!({
            "name": model.name,
            "title": model.title,
            "names": model.names().collect::<Vec<_>>(),
            "accounts": model.accounts.as_ref().map(|limit| limit.most),
            "line_keys": model.line_keys.as_ref().map(|limit| limit.most),
            "programmable_keys": model.programmable_keys.as_ref().map(|limit| limit.most),
            "wifi": model.wifi,
        })
    });
    objects.collect()
}
