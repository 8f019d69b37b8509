//! The command line by example: every block of `tests/cmd/*.md`, the README and some pages of docs/ is run and compared.
//! `TRYCMD=overwrite cargo test --test cli examples` writes the current output.

#[test]
fn commands_print_what_their_examples_show() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .env("GITHUB_ACTIONS", "")
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1795305600")
        .case("tests/cmd/*.md")
        .case("README.md")
        .case("docs/catalogue.md")
        .case("docs/daily.md")
        .case("docs/rules.md");
}
