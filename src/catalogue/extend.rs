//! Extends a schema with a user-defined one, which replaces existing entries and adds new ones.

use super::check::{self, Problem};
use super::{Schema, pattern};

impl Schema {
    /// Returns this catalogue, extended with a schema in the same format. All fields except `version` are
    /// optional. An entry with a known name (regardless of its index letters) replaces the entire known
    /// entry.
    ///
    /// # Errors
    /// Returns all problems in the text, in line order. If there are any problems, the catalogue is not
    /// extended.
    pub fn extend(&self, text: &str) -> Result<Self, Vec<Problem>> {
        let layer = check::read(self, text)?;
        let mut models = self.models.clone();
        for model in layer.models {
            match models.iter_mut().find(|known| known.name == model.name) {
                Some(known) => *known = model,
                None => models.push(model),
            }
        }
        let mut model_sets = self.model_sets.clone();
        model_sets.extend(layer.model_sets);
        let mut parameters = self.parameters().to_vec();
        let mut yealink_only = self.yealink_only().clone();
        yealink_only.extend(layer.yealink_only.iter().map(|name| pattern(name)));
        for parameter in layer.parameters {
            let pattern = pattern(&parameter.name);
            // A parameter that the user's phones support is not specific to Yealink.
            yealink_only.remove(&pattern);
            match self.parameters.position(&pattern).and_then(|at| parameters.get_mut(at)) {
                Some(known) => *known = parameter,
                None => parameters.push(parameter),
            }
        }
        let mut relations = self.relations.clone();
        relations.extend(layer.relations);
        let mut renames = layer.renames;
        renames.extend(self.renames.iter().cloned());
        Ok(Self { renames, ..Self::new(models, model_sets, parameters, relations, yealink_only) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ValueType;

    fn entry(name: &str, more: &str) -> String {
        format!(
            r#"{{"name": "{name}", "section": "Ours", "description": "Ours.", "type": "text", "evidence": "flyingvoice",
                "source": "us", "scope": "common", "effect": "live"{more}}}"#
        )
    }

    fn of(parameters: &[String]) -> String {
        format!("{{\"version\": 1, \"parameters\": [\n{}]}}", parameters.join(",\n"))
    }

    #[test]
    fn known_names_are_replaced_and_new_ones_added() {
        let builtin = Schema::builtin();
        let text = of(&[
            entry("account.Y.label", ""),
            entry("coffee.X.strength", ""),
            entry("account.X.acd.enable", ""),
        ]);
        let schema = builtin.extend(&text).unwrap();
        assert_eq!(schema.parameters().len(), builtin.parameters().len() + 2);
        assert_eq!(schema.parameter("account.3.label").unwrap().section, "Ours");
        assert_eq!(schema.parameter("coffee.2.strength").unwrap().value_type, ValueType::Text);
        assert_eq!(schema.nearest("cofee.2.strength").as_deref(), Some("coffee.2.strength"));
        assert!(builtin.is_yealink_only("account.3.acd.enable"));
        assert!(!schema.is_yealink_only("account.3.acd.enable"));
        assert!(builtin.extend("{\"version\": 1}").is_ok());
    }

    #[test]
    fn models_and_sets_are_laid_over_ours() {
        let text =
            r#"{"version": 1, "models": [{"name": "p53", "title": "Ours"}, {"name": "p99", "title": "P99"}],
            "model_sets": {"ours": ["p53", "p99"]}, "parameters": ["#
                .to_owned()
                + &entry("coffee.strength", ", \"models\": \"ours\"")
                + "]}";
        let schema = Schema::builtin().extend(&text).unwrap();
        assert_eq!(schema.models().len(), Schema::builtin().models().len() + 1);
        assert_eq!(schema.model("P53").unwrap().title, "Ours");
        let parameter = schema.parameter("coffee.strength").unwrap();
        assert!(schema.supports(schema.model("p99").unwrap(), parameter));
        assert!(!schema.supports(schema.model("fip16").unwrap(), parameter));
    }

    #[test]
    fn the_catalogue_meets_its_own_requirements() {
        let text = include_str!("../../schemas/flyingvoice.json");
        let same = Schema::builtin().extend(text).unwrap();
        assert_eq!(same.parameters().len(), Schema::builtin().parameters().len());
    }

    /// Line and message of each problem.
    fn problems(text: &str) -> Vec<(usize, String)> {
        let problems = Schema::builtin().extend(text).err().unwrap_or_default();
        problems.into_iter().map(|problem| (problem.line, problem.message)).collect()
    }

    #[test]
    fn every_problem_is_reported_with_its_line() {
        let text = of(&[
            entry("a.b", ", \"min\": 1"),
            entry("c.d", ", \"default\": 5"),
            entry("account.1.x", ""),
            entry("account.Y.label", ""),
            entry("account.X.label", ""),
            entry("e.f", ", \"models\": \"nobody\""),
            entry("g.h", ", \"lenght\": 5"),
            entry("i.j", "").replace("\"text\"", "\"boolean\""),
            entry("k.X", ", \"index\": {\"X\": [5, 1], \"Y\": [1, 2]}"),
            "{}".into(),
        ]);
        let lines: Vec<usize> = problems(&text).iter().map(|(line, _)| *line).collect();
        let wanted = [3, 5, 6, 10, 13, 15, 16, 19, 19];
        let found = problems(&text);
        for line in wanted {
            assert!(lines.contains(&line), "line {line} of {found:#?}");
        }
        assert!(lines.is_sorted(), "{found:#?}");
        assert_eq!(found.iter().filter(|(line, _)| *line == 20).count(), 8, "{found:#?}");
    }

    #[test]
    fn successors_are_known_names_with_the_same_indices() {
        let old = entry("old.X.name", ", \"deprecated\": \"account.X.label\"");
        let schema = Schema::builtin().extend(&of(&[old])).unwrap();
        assert_eq!(schema.successor("old.7.name").as_deref(), Some("account.7.label"));
        assert_eq!(schema.successor("account.7.label"), None);
        for (new, wanted) in [
            ("account.Y.label", "index `Y`"),
            ("acount.X.label", "not a known parameter"),
            ("old.X.name", "deprecated itself"),
            ("older.X.name", "deprecated itself"),
        ] {
            let older = entry("older.X.name", ", \"deprecated\": \"account.X.label\"");
            let old = entry("old.X.name", &format!(", \"deprecated\": \"{new}\""));
            let found = problems(&of(&[old, older]));
            assert!(found.len() == 1 && found[0].0 == 3 && found[0].1.contains(wanted), "{new}: {found:?}");
        }
    }

    #[test]
    fn broken_files_have_a_line() {
        assert_eq!(problems("{\"version\": 1,\n\"models\": [,]}")[0].0, 2);
        assert_eq!(problems("[]")[0].0, 1);
        assert_eq!(problems("{\n}")[0].0, 1);
        assert!(problems("{\"version\": 2}")[0].1.contains("version"));
        assert!(problems("{\"version\": 1, \"modles\": []}")[0].1.contains("modles"));
        assert!(problems("{\"version\": 1, \"model_sets\": {\"s\": [\"p00\"]}}")[0].1.contains("p00"));
    }
}
