//! Help.
