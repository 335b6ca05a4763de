#include "policy/hmac_sha256.h"

#include <errno.h>
#include <string.h>

#define BLOCK_SIZE 64
#define HASH_SIZE  32
#define ROUNDS     64

struct sha256 {
	uint32_t state[8];
	uint8_t block[BLOCK_SIZE];
	size_t used; /* of block */
	uint64_t size;
};

/* FIPS 180-4, section 4.2.2. */
static const uint32_t constants[ROUNDS] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
	0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152,
	0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
	0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624,
	0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3,
	0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, unsigned bits)
{
	return word >> bits | word << (32 - bits);
}

/* Section 6.2.2, step 1. */
static void schedule(const uint8_t block[BLOCK_SIZE], uint32_t words[ROUNDS])
{
	for (size_t i = 0; i < 16; i++)
		words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
			   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (size_t i = 16; i < ROUNDS; i++) {
		uint32_t a = words[i - 15], b = words[i - 2];

		words[i] = (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10) + words[i - 7] +
			   (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + words[i - 16];
	}
}

/* Steps 2 to 4. */
static void compress(struct sha256 *hash)
{
	uint32_t words[ROUNDS], s[8];

	schedule(hash->block, words);
	memcpy(s, hash->state, sizeof(s));
	for (size_t i = 0; i < ROUNDS; i++) {
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
		uint32_t first = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
				 choice + constants[i] + words[i];
		uint32_t second =
			(rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + majority;

		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += first;
		s[0] = first + second;
	}
	for (size_t i = 0; i < 8; i++)
		hash->state[i] += s[i];
	explicit_bzero(words, sizeof(words));
	explicit_bzero(s, sizeof(s));
}

static void start(struct sha256 *hash)
{
	*hash = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

static void add(struct sha256 *hash, const uint8_t *bytes, size_t size)
{
	hash->size += size;
	while (size > 0) {
		size_t n = BLOCK_SIZE - hash->used < size ? BLOCK_SIZE - hash->used : size;

		memcpy(hash->block + hash->used, bytes, n);
		hash->used += n;
		bytes += n;
		size -= n;
		if (hash->used == BLOCK_SIZE) {
			compress(hash);
			hash->used = 0;
		}
	}
}

/* Section 5.1.1: a one, zeros, and the size in bits. */
static void finish(struct sha256 *hash, uint8_t ret[HASH_SIZE])
{
	static const uint8_t padding[BLOCK_SIZE] = {0x80};
	uint64_t bits = hash->size * 8;
	uint8_t size[8];

	for (size_t i = 0; i < sizeof(size); i++)
		size[i] = (uint8_t)(bits >> (56 - 8 * i));
	add(hash, padding, 1 + (2 * BLOCK_SIZE - 9 - hash->used) % BLOCK_SIZE);
	add(hash, size, sizeof(size));
	for (size_t i = 0; i < HASH_SIZE; i++)
		ret[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
	explicit_bzero(hash, sizeof(*hash));
}

static void hash_all(const uint8_t *bytes, size_t size, uint8_t ret[HASH_SIZE])
{
	struct sha256 hash;

	start(&hash);
	add(&hash, bytes, size);
	finish(&hash, ret);
}

/* One of the two passes: the key with a byte over it, then what follows. */
static void pass(const uint8_t key[BLOCK_SIZE], uint8_t over, const uint8_t *bytes, size_t size,
	uint8_t ret[HASH_SIZE])
{
	uint8_t block[BLOCK_SIZE];
	struct sha256 hash;

	for (size_t i = 0; i < BLOCK_SIZE; i++)
		block[i] = key[i] ^ over;
	start(&hash);
	add(&hash, block, sizeof(block));
	add(&hash, bytes, size);
	finish(&hash, ret);
	explicit_bzero(block, sizeof(block));
}

void hmac_sha256(
	const uint8_t *key, size_t key_size, const uint8_t *message, size_t size, uint8_t ret[32])
{
	uint8_t block[BLOCK_SIZE] = {0}, inner[HASH_SIZE];

	if (key_size > BLOCK_SIZE)
		hash_all(key, key_size, block);
	else if (key_size > 0)
		memcpy(block, key, key_size);
	pass(block, 0x36, message, size, inner);
	pass(block, 0x5c, inner, sizeof(inner), ret);
	explicit_bzero(block, sizeof(block));
	explicit_bzero(inner, sizeof(inner));
}

int ocra_hmac_small(enum code_hash hash, const uint8_t *key, size_t key_size,
	const uint8_t *message, size_t size, uint8_t ret[OCRA_HMAC_MAX], size_t *ret_size)
{
	if (hash != CODE_SHA256)
		return -EINVAL;
	hmac_sha256(key, key_size, message, size, ret);
	*ret_size = HASH_SIZE;
	return 0;
}
