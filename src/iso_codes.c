/* >>iso_codes: the codes that standards list, each list in its order, without blanks: an entry is found by halving. */
#include "internal.h"

/* ISO 3166-1 alpha-2: the codes that are officially assigned */
static const char orm__country_codes[] =
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEE"
    "EGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLC"
    "LILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW"
    "SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/* ISO 4217, list one: the codes of currencies, funds and precious metals that are in use in 2026 */
static const char orm__currency_codes[] =
    "AEDAFNALLAMDAOAARSAUDAWGAZNBAMBBDBDTBHDBIFBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCLFCLPCNYCOPCOUCRCCUPCVECZKDJFDKKDOPDZD"
    "EGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNLHTGHUFIDRILSINRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYD"
    "MADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGKPHPPKRPLNPYGQARRONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLE"
    "SOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUSNUYIUYUUYWUZSVEDVESVNDVUVWSTXADXAFXAGXAUXBAXBBXBCXBDXCDXCGXDRXOFXPD"
    "XPFXPTXSUXTSXUAXXXYERZARZMWZWG";

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
    return size == 3 && orm__code_among(orm__currency_codes, sizeof orm__currency_codes - 1, 3, text_, 3) != NULL;
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
    size_t width = country ? 2 : 3, n = (country ? sizeof orm__country_codes : sizeof orm__currency_codes) / width;
    return orm__copy_short(out, (country ? orm__country_codes : orm__currency_codes) + (size_t)(at % n) * width, width);
}
