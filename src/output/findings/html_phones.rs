//! The phones in a report, each with the steps from which the page computes the phone's effective
//! configuration. To keep the page small, phones share steps, and files with the same names on the same lines
//! share the list of names.

use std::hash::Hash;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::report::Report;
use crate::text::mac::Mac;
use crate::text::redact::Mask;
use crate::text::source::FileId;
use crate::tree::assumptions::EmptyValue;
use crate::tree::load::{Assignment, NameId};
use crate::tree::resolve::{Fleet, Member, Phone, missing};

/// Values that are stored only once and referenced by index.
#[derive(Debug)]
struct Table<K> {
    keys: Vec<K>,
    indices: FxHashMap<K, usize>,
}

impl<K: Clone + Eq + Hash> Table<K> {
    fn new() -> Self {
        Self { keys: Vec::new(), indices: FxHashMap::default() }
    }

    /// The index of a key. Adds the key if it is new.
    fn index(&mut self, key: K) -> usize {
        if let Some(&index) = self.indices.get(&key) {
            return index;
        }
        let index = self.keys.len();
        self.keys.push(key.clone());
        self.indices.insert(key, index);
        index
    }
}

struct Tables<'a> {
    report: &'a Report<'a>,
    mask: Mask<'a>,
    /// Names as the page displays them.
    names: Table<String>,
    /// The index of each parameter name in `names`.
    known_names: FxHashMap<NameId, usize>,
    values: Table<String>,
    files: Table<FileId>,
    /// Names with their line numbers: name, line, name, line, …
    shapes: Table<Vec<usize>>,
    /// The index in `segments` of each file's segments.
    known_segments: FxHashMap<(FileId, u32), usize>,
    /// Segments: file, shape, value, value, …
    segments: Vec<Vec<usize>>,
}

/// The phones, and the tables to which they refer.
pub(super) fn data(report: &Report<'_>, fleet: &Fleet<'_>, without_account: &[bool]) -> Value {
    let mut tables = Tables {
        report,
        mask: report.mask(),
        names: Table::new(),
        known_names: FxHashMap::default(),
        values: Table::new(),
        files: Table::new(),
        shapes: Table::new(),
        known_segments: FxHashMap::default(),
        segments: Vec::new(),
    };
    let mut nodes: Vec<(i64, usize)> = Vec::new();
    for node in &fleet.nodes {
        nodes.push((node.parent.map_or(-1, i64::from), tables.segment(node.file, node.segment)));
    }
    let mut phones: Vec<Value> = Vec::new();
    for (member, without_account) in fleet.members.iter().zip(without_account) {
        let mut phone = tables.phone(member);
        phone["withoutAccount"] = json!(without_account);
        phones.push(phone);
    }
    let names = &tables.names.keys;
    let repeats: Vec<usize> = (0..names.len()).filter(|&at| report.schema.repeats(&names[at])).collect();
    json!({
        "names": names,
        "values": tables.values.keys,
        "files": tables.files.keys.iter().map(|file| report.path(*file)).collect::<Vec<_>>(),
        "shapes": tables.shapes.keys,
        "segments": tables.segments,
        "nodes": nodes,
        "phones": phones,
        "columns": report.list.map_or(&[][..], |list| &list.columns),
        "skipsEmpty": report.workspace.assume.empty_value == EmptyValue::Skip,
        "repeats": repeats,
    })
}

impl Tables<'_> {
    /// The index of a file's segment. Adds the segment if it is new.
    fn segment(&mut self, file: FileId, number: u32) -> usize {
        if let Some(&index) = self.known_segments.get(&(file, number)) {
            return index;
        }
        let workspace = self.report.workspace;
        let range = workspace.document(file).segments[number as usize].clone();
        let (mut shape, mut segment) = (Vec::new(), vec![self.files.index(file), 0]);
        for at in range.map(|setting| Assignment { file, setting }) {
            let name = workspace.name(at);
            shape.extend([self.name(name, at), workspace.line_number(at)]);
            let value = self.mask.value(&workspace.names.text(name), &workspace.value_text(at));
            segment.push(self.values.index(value));
        }
        segment[1] = self.shapes.index(shape);
        let index = self.segments.len();
        self.segments.push(segment);
        self.known_segments.insert((file, number), index);
        index
    }

    /// The index of a parameter name. The name is displayed as in its first assignment.
    fn name(&mut self, name: NameId, at: Assignment) -> usize {
        if let Some(&index) = self.known_names.get(&name) {
            return index;
        }
        let workspace = self.report.workspace;
        let source = workspace.sources.get(at.file);
        let line = workspace.line_number(at);
        let before = if line > 1 { source.line_text(line - 1) } else { "".into() };
        let displayed = self.mask.name(&workspace.names.text(name), &source.line_text(line), &before);
        let index = self.names.index(displayed);
        self.known_names.insert(name, index);
        index
    }

    fn phone(&mut self, member: &Member) -> Value {
        let workspace = self.report.workspace;
        let root = &workspace.roots[member.root];
        let list = self.report.list;
        let model = member.mac.and_then(|mac| list?.models.get(&(member.root, mac)));
        let mut files: Vec<usize> = Vec::new();
        for file in member.chain.boot.into_iter().chain(member.chain.files(workspace)) {
            files.push(self.files.index(file));
        }
        let phone = Phone { workspace, root, mac: member.mac, chain: member.chain.clone() };
        let missing: Vec<String> = missing(&phone).iter().map(|path| self.mask.prose(path, &[])).collect();
        json!({
            "mac": member.mac.map(|mac| mac.to_string()),
            "root": root.display_path(),
            "counted": member.counted,
            "model": model,
            "files": files,
            "missing": missing,
            "leaf": member.leaf.map_or(-1, i64::from),
            "cells": self.cells(member.mac),
        })
    }

    /// A phone's cells in the inventory.
    fn cells(&mut self, mac: Option<Mac>) -> Vec<String> {
        let Some(list) = self.report.list else { return Vec::new() };
        let Some(cells) = mac.and_then(|mac| list.cells.get(&mac)) else { return Vec::new() };
        let cells = list.columns.iter().zip(cells);
        cells.map(|(column, cell)| self.mask.value(column, cell)).collect()
    }
}
