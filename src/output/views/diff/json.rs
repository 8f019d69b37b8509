//! The diff as JSON.

use serde_json::{Map, Value, json};

use super::{display_name, display_path};
use crate::text::redact::Mask;
use crate::tree::compare::diff::{Diff, Side};

/// The diff as one document. Secrets are masked if `mask` is set.
pub fn json(diff: &Diff, mask: &mut Option<Mask<'_>>) -> Value {
    let changes: Vec<Value> = diff
        .changes
        .iter()
        .map(|change| {
            let mut one = Map::new();
            one.insert("parameter".into(), json!(display_name(change, mask)));
            one.insert("kind".into(), json!(change.kind()));
            one.insert("effect".into(), json!(change.effect.word()));
            for (side, value, at) in [(&change.old, "old", "old_at"), (&change.new, "new", "new_at")] {
                one.insert(
                    value.into(),
                    json!(side.as_ref().map(|side| values(side, &change.parameter, mask))),
                );
                let place = side
                    .as_ref()
                    .map(|side| json!({ "file": display_path(&side.at.file, mask), "line": side.at.line }));
                one.insert(at.into(), json!(place));
            }
            one.insert("phones".into(), json!(change.phones));
            Value::Object(one)
        })
        .collect();
    let resources: Vec<Value> = diff
        .resources
        .iter()
        .map(|resource| {
            let file = display_path(&resource.file, mask);
            json!({ "file": file, "kind": resource.kind, "phones": resource.phones })
        })
        .collect();
    let unknown: Vec<Value> = diff
        .unknown
        .iter()
        .map(|unknown| {
            let (file, reason) = (display_path(&unknown.file, mask), display_path(&unknown.reason, mask));
            json!({ "file": file, "why": reason, "phones": unknown.phones })
        })
        .collect();
    let replaced = diff.replaced.iter().map(|(old, new)| json!({ "old": old, "new": new }));
    json!({
        "version": 1,
        "phones": {
            "total": diff.total, "changed": diff.changed, "added": diff.added, "removed": diff.removed,
            "replaced": replaced.collect::<Vec<_>>(),
        },
        "changes": changes,
        "resources": resources,
        "unknown": unknown,
    })
}

/// A value, or a list of values for a repeating parameter.
fn values(side: &Side, name: &str, mask: &mut Option<Mask<'_>>) -> Value {
    let masked = side.values.iter().map(|value| match mask {
        Some(mask) => mask.value(name, value),
        None => value.clone(),
    });
    match masked.collect::<Vec<_>>().as_slice() {
        [only] => json!(only),
        values => json!(values),
    }
}
