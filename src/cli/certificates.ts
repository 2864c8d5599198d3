import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../std/result.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, one or more; else what is wrong with it, to stand behind its name. */
export function certificatesIn(pem: string): Result<readonly string[], string> {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return fail('holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  const broken = certificates.findIndex((certificate) => !isCertificate(certificate));
  return broken === -1 ? ok(certificates) : fail(`has a certificate that cannot be read, number ${broken + 1}`);
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}
