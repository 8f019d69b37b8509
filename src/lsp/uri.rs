//! Converts between file URIs (RFC 8089) and paths.

use std::path::{Path, PathBuf};

use percent_encoding::{percent_decode_str, percent_encode};

use crate::text::address::{ENCODED_IN_PATH, without_query};

/// The path of a `file:` URI on this machine.
pub fn to_path(uri: &str) -> Option<PathBuf> {
    let scheme = uri.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"))?;
    let rest = uri[scheme.len()..].strip_prefix("//").unwrap_or(&uri[scheme.len()..]);
    let (host, path) = rest.split_at(rest.find('/')?);
    if !(host.is_empty() || host.eq_ignore_ascii_case("localhost")) {
        return None;
    }
    let path = without_query(path);
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    // A path cannot contain a NUL byte.
    if bytes.contains(&0) {
        return None;
    }
    Some(path_from_bytes(bytes))
}

#[cfg(unix)]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// Removes the leading slash before a drive letter: `/c:/prov` becomes `c:/prov`.
#[cfg(not(unix))]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    let text = String::from_utf8_lossy(&bytes);
    let drive = text.strip_prefix('/').filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    PathBuf::from(drive.unwrap_or(&text))
}

/// The URI of an absolute path.
pub fn from_path(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let text = if cfg!(windows) {
        let bytes: Vec<u8> = bytes.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect();
        percent_encode(&bytes, ENCODED_IN_PATH).to_string()
    } else {
        percent_encode(bytes, ENCODED_IN_PATH).to_string()
    };
    if text.starts_with('/') { format!("file://{text}") } else { format!("file:///{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn paths_and_uris_are_inverse() {
        for path in ["/srv/tftp/y000000000000.boot", "/srv/HTTP Directory/kühl#1?.cfg", "/a%20b", "/"] {
            assert_eq!(to_path(&from_path(Path::new(path))).as_deref(), Some(Path::new(path)));
        }
        assert_eq!(from_path(Path::new("/a b/ü")), "file:///a%20b/%C3%BC");
        assert_eq!(to_path("FILE://localhost/a").as_deref(), Some(Path::new("/a")));
        assert!(to_path("file:///c%3A/prov/a.cfg").is_some());
        for none in
            ["untitled:Untitled-1", "file:", "file://", "file://host/a", "", "fileé:///a", "file:///a%00b"]
        {
            assert_eq!(to_path(none), None, "{none}");
        }
    }
}
