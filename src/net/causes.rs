//! The causes of an error.

type AnyError = dyn std::error::Error + 'static;

/// An error and its causes. An I/O error may contain another error that it does not return as its source.
pub fn causes(error: &AnyError) -> impl Iterator<Item = &AnyError> {
    std::iter::successors(Some(error), |error| match error.downcast_ref::<std::io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &AnyError),
        None => error.source(),
    })
}

/// The text of the innermost cause. The outer errors only describe where in the client the error occurred.
pub fn root_cause(error: &AnyError) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}
