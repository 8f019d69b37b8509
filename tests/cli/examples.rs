//! The command line by example: every block of `tests/cmd/*.md` and of the README is run, and must say what stands there.
//! `TRYCMD=overwrite cargo test --test cli examples` writes what it says now.

#[test]
fn commands_say_what_their_examples_say() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .env("GITHUB_ACTIONS", "")
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1795305600")
        .case("tests/cmd/*.md")
        .case("README.md");
}
