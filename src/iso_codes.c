/* >>iso_codes: the codes that standards list, each list in its order, without blanks: an entry is found by halving. */
#include "internal.h"

/* ISO 3166-1 alpha-2: the codes that are officially assigned */
static const char orm__country_codes[] =
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEE"
    "EGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLC"
    "LILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW"
    "SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/* ISO 4217, list one: the codes of currencies, funds and precious metals that are in use in 2026, each with the digits of its minor unit; - is none */
static const char orm__currency_codes[] =
    "AED2AFN2ALL2AMD2AOA2ARS2AUD2AWG2AZN2BAM2BBD2BDT2BHD3BIF0BMD2BND2BOB2BOV2BRL2BSD2BTN2BWP2BYN2BZD2CAD2CDF2CHE2CHF2CHW2CLF4CLP0"
    "CNY2COP2COU2CRC2CUP2CVE2CZK2DJF0DKK2DOP2DZD2EGP2ERN2ETB2EUR2FJD2FKP2GBP2GEL2GHS2GIP2GMD2GNF0GTQ2GYD2HKD2HNL2HTG2HUF2IDR2ILS2"
    "INR2IQD3IRR2ISK0JMD2JOD3JPY0KES2KGS2KHR2KMF0KPW2KRW0KWD3KYD2KZT2LAK2LBP2LKR2LRD2LSL2LYD3MAD2MDL2MGA2MKD2MMK2MNT2MOP2MRU2MUR2"
    "MVR2MWK2MXN2MXV2MYR2MZN2NAD2NGN2NIO2NOK2NPR2NZD2OMR3PAB2PEN2PGK2PHP2PKR2PLN2PYG0QAR2RON2RSD2RUB2RWF0SAR2SBD2SCR2SDG2SEK2SGD2"
    "SHP2SLE2SOS2SRD2SSP2STN2SVC2SYP2SZL2THB2TJS2TMT2TND3TOP2TRY2TTD2TWD2TZS2UAH2UGX0USD2USN2UYI0UYU2UYW4UZS2VED2VES2VND0VUV0WST2"
    "XAD2XAF0XAG-XAU-XBA-XBB-XBC-XBD-XCD2XCG2XDR-XOF0XPD-XPF0XPT-XSU-XTS-XUA-XXX-YER2ZAR2ZMW2ZWG2";

/* ISO 13616: what the registry of IBANs says of each country, the length */
static const char orm__iban_lengths[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27"
    "GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24"
    "PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

/* the entry that begins with these `key` bytes; entries have `width` */
static const char *orm__code_among(const char *codes, size_t n, size_t width, const char *text_, size_t key)
{
    for (size_t low = 0, high = n / width; low < high; ) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(text_, codes + middle * width, key);
        if (order == 0) return codes + middle * width;
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return NULL;
}

ORM_PRIVATE bool orm__country_valid(const char *text_, size_t size)
{
    return size == 2 && orm__code_among(orm__country_codes, sizeof orm__country_codes - 1, 2, text_, 2) != NULL;
}

ORM_PRIVATE bool orm__currency_valid(const char *text_, size_t size)
{
    return size == 3 && orm__code_among(orm__currency_codes, sizeof orm__currency_codes - 1, 4, text_, 3) != NULL;
}

ORM_PRIVATE int orm__minor_digits(const char code[3])
{
    const char *found = orm__code_among(orm__currency_codes, sizeof orm__currency_codes - 1, 4, code, 3);
    return found && found[3] != '-' ? found[3] - '0' : -1;
}

ORM_PRIVATE size_t orm__iban_length(const char country[2])
{
    const char *found = orm__code_among(orm__iban_lengths, sizeof orm__iban_lengths - 1, 4, country, 2);
    return found ? (size_t)(found[2] - '0') * 10 + (size_t)(found[3] - '0') : 0;
}

/* the `at`-th code of a list, for rows that are made up; it goes round */
ORM_PRIVATE const char *orm__nth_code(orm_rule_kind kind, uint64_t at, char out[4])
{
    bool country = kind == ORM_RULE_COUNTRY;
    size_t size = country ? 2 : 3, width = country ? 2 : 4, n = (country ? sizeof orm__country_codes : sizeof orm__currency_codes) / width;
    return orm__copy_short(out, (country ? orm__country_codes : orm__currency_codes) + (size_t)(at % n) * width, size);
}
