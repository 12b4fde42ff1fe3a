/* >>wide: whole numbers of up to 256 bits without a sign, for exact decimals: no processor has them, and those of 32 bits have none of 128 either. */
#include "internal.h"

enum { ORM__LIMBS = sizeof ((orm__wide *)0)->limb / sizeof ((orm__wide *)0)->limb[0] };

/* the highest limb that is not 0, or -1 */
static int orm__wide_top(const orm__wide *w)
{
    int top = ORM__LIMBS - 1;
    while (top >= 0 && w->limb[top] == 0) top--;
    return top;
}

ORM_PRIVATE orm__wide orm__wide_of(uint64_t high, uint64_t low)
{
    return (orm__wide){ { (uint32_t)low, (uint32_t)(low >> 32), (uint32_t)high, (uint32_t)(high >> 32) } };
}

ORM_PRIVATE uint64_t orm__wide_word(const orm__wide *w, int word) { return (uint64_t)w->limb[2 * word + 1] << 32 | w->limb[2 * word]; }

ORM_PRIVATE bool orm__wide_is_zero(const orm__wide *w) { return orm__wide_top(w) < 0; }

ORM_PRIVATE orm__wide orm__wide_ten_to(int exponent)
{
    static const uint64_t powers[ORM_MAX_DIGITS + 1][2] = {
        { UINT64_C(0), UINT64_C(1) }, { UINT64_C(0), UINT64_C(10) }, { UINT64_C(0), UINT64_C(100) }, { UINT64_C(0), UINT64_C(1000) }, { UINT64_C(0), UINT64_C(10000) },
        { UINT64_C(0), UINT64_C(100000) }, { UINT64_C(0), UINT64_C(1000000) }, { UINT64_C(0), UINT64_C(10000000) }, { UINT64_C(0), UINT64_C(100000000) },
        { UINT64_C(0), UINT64_C(1000000000) }, { UINT64_C(0), UINT64_C(10000000000) }, { UINT64_C(0), UINT64_C(100000000000) }, { UINT64_C(0), UINT64_C(1000000000000) },
        { UINT64_C(0), UINT64_C(10000000000000) }, { UINT64_C(0), UINT64_C(100000000000000) }, { UINT64_C(0), UINT64_C(1000000000000000) },
        { UINT64_C(0), UINT64_C(10000000000000000) }, { UINT64_C(0), UINT64_C(100000000000000000) }, { UINT64_C(0), UINT64_C(1000000000000000000) },
        { UINT64_C(0), UINT64_C(10000000000000000000) }, { UINT64_C(5), UINT64_C(7766279631452241920) }, { UINT64_C(54), UINT64_C(3875820019684212736) },
        { UINT64_C(542), UINT64_C(1864712049423024128) }, { UINT64_C(5421), UINT64_C(200376420520689664) }, { UINT64_C(54210), UINT64_C(2003764205206896640) },
        { UINT64_C(542101), UINT64_C(1590897978359414784) }, { UINT64_C(5421010), UINT64_C(15908979783594147840) }, { UINT64_C(54210108), UINT64_C(11515845246265065472) },
        { UINT64_C(542101086), UINT64_C(4477988020393345024) }, { UINT64_C(5421010862), UINT64_C(7886392056514347008) },
        { UINT64_C(54210108624), UINT64_C(5076944270305263616) }, { UINT64_C(542101086242), UINT64_C(13875954555633532928) },
        { UINT64_C(5421010862427), UINT64_C(9632337040368467968) }, { UINT64_C(54210108624275), UINT64_C(4089650035136921600) },
        { UINT64_C(542101086242752), UINT64_C(4003012203950112768) }, { UINT64_C(5421010862427522), UINT64_C(3136633892082024448) },
        { UINT64_C(54210108624275221), UINT64_C(12919594847110692864) }, { UINT64_C(542101086242752217), UINT64_C(68739955140067328) },
        { UINT64_C(5421010862427522170), UINT64_C(687399551400673280) }
    };
    return orm__wide_of(powers[exponent][0], powers[exponent][1]);
}

ORM_PRIVATE int orm__wide_compare(const orm__wide *a, const orm__wide *b)
{
    int i = ORM__LIMBS - 1;
    while (i > 0 && a->limb[i] == b->limb[i]) i--;
    return (a->limb[i] > b->limb[i]) - (a->limb[i] < b->limb[i]);
}

ORM_PRIVATE orm__wide orm__wide_plus(const orm__wide *a, const orm__wide *b)
{
    orm__wide sum;
    uint64_t carry = 0;
    for (int i = 0; i < ORM__LIMBS; i++, carry >>= 32) {
        carry += (uint64_t)a->limb[i] + b->limb[i];
        sum.limb[i] = (uint32_t)carry;
    }
    return sum;
}

ORM_PRIVATE orm__wide orm__wide_minus(const orm__wide *a, const orm__wide *b)
{
    orm__wide difference;
    uint64_t borrow = 0;
    for (int i = 0; i < ORM__LIMBS; i++, borrow = borrow >> 63) {
        borrow = (uint64_t)a->limb[i] - b->limb[i] - borrow;
        difference.limb[i] = (uint32_t)borrow;
    }
    return difference;
}

ORM_PRIVATE bool orm__wide_times(orm__wide *w, uint32_t factor, uint32_t add)
{
    uint64_t carry = add;
    for (int i = 0; i < ORM__LIMBS; i++, carry >>= 32) {
        carry += (uint64_t)w->limb[i] * factor;
        w->limb[i] = (uint32_t)carry;
    }
    return carry == 0;
}

ORM_PRIVATE uint32_t orm__wide_cut(orm__wide *w, uint32_t divisor)
{
    uint64_t rest = 0;
    for (int i = orm__wide_top(w); i >= 0; i--) {
        rest = rest << 32 | w->limb[i];
        w->limb[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    return (uint32_t)rest;
}

ORM_PRIVATE orm__wide orm__wide_product(const orm__wide *a, const orm__wide *b)
{
    orm__wide product = { { 0 } };
    for (int i = orm__wide_top(a); i >= 0; i--) {
        uint64_t carry = 0;
        for (int k = 0; i + k < ORM__LIMBS; k++, carry >>= 32) {
            carry += (uint64_t)a->limb[i] * b->limb[k] + product.limb[i + k];
            product.limb[i + k] = (uint32_t)carry;
        }
    }
    return product;
}

/* one bit up; `bit` comes in below */
static void orm__wide_double(orm__wide *w, uint32_t bit)
{
    for (int i = 0; i < ORM__LIMBS; i++) {
        uint32_t out = w->limb[i] >> 31;
        w->limb[i] = w->limb[i] << 1 | bit;
        bit = out;
    }
}

ORM_PRIVATE orm__wide orm__wide_divide(orm__wide number, const orm__wide *divisor, orm__wide *rest)
{
    orm__wide quotient = { { 0 } }, left = { { 0 } };
    if (orm__wide_top(divisor) <= 0) {
        *rest = orm__wide_of(0, orm__wide_cut(&number, divisor->limb[0]));
        return number;
    }
    for (int i = 32 * (orm__wide_top(&number) + 1); i-- > 0; ) {
        orm__wide_double(&left, number.limb[i / 32] >> i % 32 & 1);
        if (orm__wide_compare(&left, divisor) < 0) continue;
        left = orm__wide_minus(&left, divisor);
        quotient.limb[i / 32] |= UINT32_C(1) << i % 32;
    }
    *rest = left;
    return quotient;
}

ORM_PRIVATE bool orm__wide_scale(orm__wide *w, int exponent)
{
    bool fits = true;
    for (; exponent > 0 && fits && !orm__wide_is_zero(w); exponent--) fits = orm__wide_times(w, 10, 0) && w->limb[ORM__LIMBS - 1] >> 29 == 0;
    return fits;
}

ORM_PRIVATE orm__wide orm__wide_shift(orm__wide w, int bits)
{
    for (; bits > 0; bits--) orm__wide_double(&w, 0);
    return w;
}
