//! Which files are templates, and of which engine.
