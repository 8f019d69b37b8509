//! The TLS configuration for clients: https, ftps and SIP.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::net::Error;
use crate::net::causes::{causes, root_cause};

/// Creates a TLS client configuration that trusts the system's certificates, or any certificate if `insecure`
/// is true.
///
/// # Errors
/// The system's certificates cannot be read.
pub fn config(insecure: bool) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // The HTTP client panics without an installed provider. Installing it again has no effect.
    let _ = CryptoProvider::clone(&provider).install_default();
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder =
        builder.with_safe_default_protocol_versions().map_err(|error| Error::Tls(error.to_string()))?;
    if insecure {
        let verifier = Arc::new(AnyCertificate(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
    }
    let builder =
        builder.with_platform_verifier().map_err(|error| Error::SystemCertificates(error.to_string()))?;
    Ok(builder.with_no_client_auth())
}

/// Accepts every certificate (`--insecure`). Signatures are still verified with the key in the certificate.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The error for an untrusted certificate or a server without TLS, if this is what caused `error`.
pub fn handshake_error(error: &(dyn std::error::Error + 'static)) -> Option<Error> {
    causes(error).find_map(|cause| match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(fault)) => Some(Error::Certificate(describe_fault(fault))),
        Some(rustls::Error::InvalidMessage(_)) => Some(Error::NotTls),
        _ => None,
    })
}

/// The error for a TLS connection.
pub fn error(error: &std::io::Error) -> Error {
    handshake_error(error).unwrap_or_else(|| Error::Tls(root_cause(error)))
}

/// The fault in a certificate, as a message.
fn describe_fault(fault: &CertificateError) -> String {
    match fault {
        CertificateError::ExpiredContext { not_after, .. } => format!("the certificate expired on {}", date(*not_after)),
        CertificateError::Expired => "the certificate has expired".into(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("the certificate is not valid before {}", date(*not_before))
        }
        CertificateError::NotValidYet => "the certificate is not valid yet".into(),
        CertificateError::NotValidForNameContext { expected, presented } => match presented.as_slice() {
            [] => format!("the certificate contains no host name, so it does not match {}", expected.to_str()),
            names => format!("the certificate was issued for {}, not for {}", display_names(names), expected.to_str()),
        },
        CertificateError::NotValidForName => "the certificate was issued for a different host name".into(),
        // A bad signature means that a trusted authority has the same name but a different key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the certificate is not signed by an authority that this machine trusts".into()
        }
        CertificateError::Revoked => "the certificate is revoked".into(),
        CertificateError::BadEncoding => "the certificate is malformed".into(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "the certificate is not issued for servers".into()
        }
        CertificateError::Other(error) if error.to_string().contains("UnsupportedCertVersion") => {
            "the certificate uses an old X.509 version, which TLS clients do not accept: reissue it as version 3".into()
        }
        CertificateError::Other(error) if format!("{error:?}").contains("EkuError") => {
            "the certificate is not issued for servers".into()
        }
        CertificateError::Other(error) if error.to_string().contains("CaUsedAsEndEntity") => {
            "the certificate is not signed by an authority that this machine trusts (it is an authority's own certificate)".into()
        }
        other => format!("the certificate is not valid: {other}"),
    }
}

/// Maximum number of host names to list.
const MOST_NAMES: usize = 3;

/// The host names in a certificate, without the type notation, as in `DnsName("example.com")`.
fn display_names(names: &[String]) -> String {
    let plain = names.iter().take(MOST_NAMES).map(|name| {
        let quoted = name.split_once('"').and_then(|(_, rest)| rest.split_once('"'));
        let in_parentheses = name.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')'));
        quoted.or(in_parentheses).map_or(name.as_str(), |(inside, _)| inside).to_owned()
    });
    let plain: Vec<String> = plain.collect();
    let more = if names.len() > MOST_NAMES { ", …" } else { "" };
    format!("{}{more}", plain.join(", "))
}

fn date(time: UnixTime) -> String {
    let timestamp =
        i64::try_from(time.as_secs()).ok().and_then(|secs| jiff::Timestamp::from_second(secs).ok());
    timestamp.map_or_else(|| "an unknown date".into(), |timestamp| timestamp.strftime("%Y-%m-%d").to_string())
}
