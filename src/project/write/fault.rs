//! Ends the program between two steps of writing, for tests.

/// Marks a step of writing. In debug builds, the program ends here as if it was killed, if the environment variable
/// `FVPROV_DIE_AT_STEP` contains the number of the step.
pub fn step() {
    #[cfg(debug_assertions)]
    {
        use std::sync::atomic::{AtomicUsize, Ordering};

        static STEPS: AtomicUsize = AtomicUsize::new(0);
        let Ok(last) = std::env::var("FVPROV_DIE_AT_STEP") else { return };
        if last.parse() == Ok(STEPS.fetch_add(1, Ordering::Relaxed) + 1) {
            std::process::abort();
        }
    }
}
