import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** A service account that a stand-in for Google believes: the key is made anew. Returns the path. */
export function writeGoogleKeyFile(path: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const account = {
    project_id: 'shop',
    private_key_id: 'k1',
    client_email: 'bot@shop.example',
    private_key: key,
  };
  writeFileSync(path, JSON.stringify(account));
  return path;
}
