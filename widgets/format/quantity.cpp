// Writes numbers, sizes, times and differences as text, in English grouping whatever the machine's language is.
#include "widgets/format/quantity.h"

#include <QLocale>
#include <QObject>
#include <algorithm>
#include <cmath>

namespace halftone {

using namespace Qt::StringLiterals;

namespace {

constexpr QChar kMinus{0x2212};
constexpr QChar kEllipsis{0x2026};
constexpr double kMinute = 60;
constexpr double kHour = 3600;
constexpr double kDay = 86400;

QString noValue() { return QString(kNoValue); }

// Grouped by commas, with a real minus sign.
QString plain(double value, int decimals)
{
    QString text = QLocale(QLocale::English, QLocale::UnitedStates).toString(std::abs(value), 'f', decimals);
    // What rounds to nought has no sign.
    const bool nought = std::none_of(text.begin(), text.end(), [](QChar c) { return c >= u'1' && c <= u'9'; });
    if (value < 0 && !nought) text.prepend(kMinus);
    return text;
}

// Decimals that leave three significant digits of a value.
int decimalsFor(double value)
{
    const double size = std::abs(value);
    if (size >= 99.95) return 0;
    return size >= 9.995 ? 1 : 2;
}

struct Scaled {
    double value;
    QString unit;
};

// In steps of `step` through the units, so that 999.6 is written as 1.00 of the next.
Scaled scaled(double value, double step, std::initializer_list<const char*> units)
{
    const auto* unit = units.begin();
    while (std::abs(value) >= step - 0.5 * step / 1000 && unit + 1 != units.end()) {
        value /= step;
        ++unit;
    }
    return {value, QString::fromLatin1(*unit)};
}

QString withUnit(const QString& number, const QString& unit) { return unit.isEmpty() ? number : number + u' ' + unit; }

QString compact(double value)
{
    const Scaled part = scaled(value, 1000, {"", "K", "M", "G", "T", "P"});
    if (part.unit.isEmpty()) return plain(value, value == std::floor(value) ? 0 : decimalsFor(value));
    return withUnit(plain(part.value, decimalsFor(part.value)), part.unit);
}

QString withSign(double value, const QString& absolute)
{
    const bool nought = std::none_of(absolute.begin(), absolute.end(), [](QChar c) { return c >= u'1' && c <= u'9'; });
    if (nought) return absolute;
    return (value < 0 ? QString(kMinus) : u"+"_s) + absolute;
}

// "2.40e−6"
QString scientific(double value, int digits)
{
    QString text = QString::number(value, 'e', digits);
    text.replace("e-0"_L1, "e-"_L1).replace("e+0"_L1, "e"_L1).replace("e+"_L1, "e"_L1);
    return text.replace(u'-', kMinus);
}

QString parts(double first, const QString& firstUnit, double second, const QString& secondUnit)
{
    const QString large = plain(first, 0) + u' ' + firstUnit;
    return second < 0.5 ? large : large + u' ' + plain(second, 0) + u' ' + secondUnit;
}

} // namespace

QString wholeText(std::int64_t count)
{
    QString text = QLocale(QLocale::English, QLocale::UnitedStates).toString(static_cast<qlonglong>(count));
    return text.replace(u'-', kMinus);
}

QString countText(double count)
{
    if (!std::isfinite(count)) return noValue();
    if (std::abs(count) < 10000 && count == std::floor(count)) return plain(count, 0);
    return compact(count);
}

QString plural(std::int64_t count, const QString& one, const QString& many) { return wholeText(count) + u' ' + (count == 1 ? one : many); }

QString sizeText(double bytes)
{
    if (!std::isfinite(bytes)) return noValue();
    const Scaled part = scaled(bytes, 1024, {"B", "KiB", "MiB", "GiB", "TiB"});
    if (part.unit == "B"_L1) return plain(bytes, 0) + u" B"_s;
    const int decimals = std::abs(part.value) >= 1000 ? 0 : std::abs(part.value) >= 9.995 ? 1 : 2;
    return plain(part.value, decimals) + u' ' + part.unit;
}

QString percentText(double fraction, int decimals)
{
    if (!std::isfinite(fraction)) return noValue();
    return plain(fraction * 100, decimals) + u" %"_s;
}

QString accuracyText(double fraction, std::optional<double> halfInterval, int decimals)
{
    if (!std::isfinite(fraction)) return noValue();
    if (!halfInterval || !std::isfinite(*halfInterval)) return percentText(fraction, decimals);
    return plain(fraction * 100, decimals) + u" \u00b1"_s + plain(*halfInterval * 100, decimals) + u" %"_s;
}

QString intervalText(double value, double halfInterval, const QString& unit, int decimals)
{
    if (!std::isfinite(value)) return noValue();
    QString text = plain(value, decimals);
    if (std::isfinite(halfInterval)) text += u" \u00b1"_s + plain(halfInterval, decimals);
    return withUnit(text, unit);
}

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return noValue();
    if (seconds > 0 && seconds < 0.0995) return plain(1000 * seconds, seconds < 0.00095 ? 1 : 0) + QObject::tr(" ms");
    if (seconds < 9.95) return plain(seconds, 1) + QObject::tr(" s");
    const double whole = std::round(seconds);
    if (whole < kMinute) return plain(whole, 0) + QObject::tr(" s");
    if (whole < 10 * kMinute) return parts(std::floor(whole / kMinute), QObject::tr("min"), std::fmod(whole, kMinute), QObject::tr("s"));
    const double minutes = std::round(seconds / kMinute);
    if (minutes < 60) return plain(minutes, 0) + QObject::tr(" min");
    if (minutes < 24 * 60) return parts(std::floor(minutes / 60), QObject::tr("h"), std::fmod(minutes, 60), QObject::tr("min"));
    const double hours = std::round(seconds / kHour);
    return parts(std::floor(hours / 24), QObject::tr("d"), std::fmod(hours, 24), QObject::tr("h"));
}

QString roughDurationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return noValue();
    if (seconds < 10) return plain(std::max(1.0, std::ceil(seconds)), 0) + QObject::tr(" s");
    if (seconds < 90) return plain(std::round(seconds / 10) * 10, 0) + QObject::tr(" s");
    const double minutes = std::round(seconds / kMinute);
    if (minutes < 60) return plain(minutes, 0) + QObject::tr(" min");
    // An estimate of hours is good to ten minutes at best.
    const double rounded = std::round(seconds / (10 * kMinute)) * 10;
    if (seconds < kDay) return parts(std::floor(rounded / 60), QObject::tr("h"), std::fmod(rounded, 60), QObject::tr("min"));
    const double hours = std::round(seconds / kHour);
    return parts(std::floor(hours / 24), QObject::tr("d"), std::fmod(hours, 24), QObject::tr("h"));
}

QString timeLeftText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return {};
    return QObject::tr("%1 left").arg(roughDurationText(seconds));
}

QString clockText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return noValue();
    const auto whole = static_cast<std::int64_t>(std::floor(seconds));
    const auto two = [](std::int64_t value) { return QString::number(value).rightJustified(2, u'0'); };
    const std::int64_t hours = whole / 3600;
    const std::int64_t minutes = whole / 60 % 60;
    if (hours == 0) return QString::number(minutes) + u':' + two(whole % 60);
    return QString::number(hours) + u':' + two(minutes) + u':' + two(whole % 60);
}

QString latencyText(double milliseconds, std::optional<double> halfInterval)
{
    if (!std::isfinite(milliseconds)) return noValue();
    const int decimals = decimalsFor(milliseconds);
    if (halfInterval) return intervalText(milliseconds, *halfInterval, u"ms"_s, decimals);
    return plain(milliseconds, decimals) + u" ms"_s;
}

QString estimateText(const QString& value) { return u"\u2248 "_s + value; }

QString aboutText(const QString& value) { return QObject::tr("about %1").arg(value); }

QString differenceText(double difference, int decimals)
{
    if (!std::isfinite(difference)) return noValue();
    return withSign(difference, plain(std::abs(difference), decimals));
}

QString countDifferenceText(double difference)
{
    if (!std::isfinite(difference)) return noValue();
    return withSign(difference, countText(std::abs(difference)));
}

QString pointsText(double fraction, int decimals)
{
    if (!std::isfinite(fraction)) return noValue();
    const QString number = differenceText(fraction * 100, decimals);
    return QObject::tr("%1 points").arg(number);
}

QString sizeDifferenceText(double bytes)
{
    if (!std::isfinite(bytes)) return noValue();
    return withSign(bytes, sizeText(std::abs(bytes)));
}

QString gainText(double gain)
{
    if (!std::isfinite(gain)) return noValue();
    if (gain == 0) return u"0"_s;
    const double size = std::abs(gain);
    if (size < 0.001 || size >= 999.5e3) return scientific(gain, 2);
    // Digits after the point so that three digits count, after rounding: 0.09996 is 0.100.
    int exponent = static_cast<int>(std::floor(std::log10(size)));
    if (std::round(size * std::pow(10, 2 - exponent)) >= 1000) ++exponent;
    return plain(gain, std::max(0, 2 - exponent));
}

QString shortGainText(double gain)
{
    if (!std::isfinite(gain)) return QObject::tr("n/a");
    const double size = std::abs(gain);
    const int sign = gain < 0 ? 1 : 0; // it takes a digit's place
    const double half = sign != 0 ? 0.005 : 0.0005; // of the last digit below one, so that no rounding adds a digit
    const int decimals = size >= 100 - 100 * half ? 0 : size >= 10 - 10 * half ? 1 : size >= 1 - half ? 2 : 3;
    QString text = plain(gain, std::max(0, decimals - sign));
    if (size < 1 - half) text.replace("0."_L1, "."_L1);
    return text;
}

QString numberText(double value, int decimals) { return std::isfinite(value) ? plain(value, decimals) : noValue(); }

QString bitOperationsText(double operations)
{
    if (!std::isfinite(operations)) return noValue();
    // In G down to a hundred million, so that a network's small changes stay in one unit.
    if (std::abs(operations) >= 1e8 && std::abs(operations) < 999.5e9) {
        const double giga = operations / 1e9;
        return plain(giga, std::abs(giga) < 0.9995 ? 3 : decimalsFor(giga)) + u" G"_s;
    }
    return compact(operations);
}

QString throughputText(double imagesPerSecond)
{
    if (!std::isfinite(imagesPerSecond)) return noValue();
    return plain(imagesPerSecond, imagesPerSecond < 99.95 ? 1 : 0) + QObject::tr(" img/s");
}

QString decibelText(double decibel) { return std::isfinite(decibel) ? plain(decibel, 1) + u" dB"_s : noValue(); }

QString learningRateText(double rate)
{
    if (!std::isfinite(rate)) return noValue();
    if (rate == 0) return u"0"_s;
    if (std::abs(rate) >= 0.001) return QString::number(rate, 'g', 3).replace(u'-', kMinus);
    QString text = QString::number(rate, 'e', 2);
    static const QStringList tails{u"00e"_s, u"0e"_s};
    for (const QString& tail : tails) text.replace(tail, u"e"_s);
    return text.replace(".e"_L1, "e"_L1).replace("e-0"_L1, "e-"_L1).replace(u'-', kMinus);
}

QString shapeText(const QList<std::int64_t>& shape)
{
    QStringList sides;
    for (const std::int64_t side : shape) sides << QString::number(side);
    return sides.join(u'\u00d7');
}

QString agoText(const QDateTime& then, const QDateTime& now)
{
    if (!then.isValid()) return noValue();
    const double seconds = static_cast<double>(then.secsTo(now));
    const qint64 days = then.date().daysTo(now.date());
    if (seconds < 50) return QObject::tr("just now");
    if (seconds < 50 * kMinute) {
        const auto minutes = std::max<std::int64_t>(1, std::llround(seconds / kMinute));
        return QObject::tr("%1 ago").arg(plural(minutes, QObject::tr("minute"), QObject::tr("minutes")));
    }
    if (days == 0) {
        const auto hours = std::max<std::int64_t>(1, std::llround(seconds / kHour));
        return QObject::tr("%1 ago").arg(plural(hours, QObject::tr("hour"), QObject::tr("hours")));
    }
    if (days == 1) return QObject::tr("yesterday");
    const QLocale english(QLocale::English);
    return english.toString(then.date(), then.date().year() == now.date().year() ? u"d MMMM"_s : u"d MMMM yyyy"_s);
}

QString shortenedPath(const QString& path, int characters)
{
    if (path.size() <= characters || characters < 4) return path;
    // Whole folders from the end, as many as fit.
    qsizetype cut = path.size() - (characters - 1);
    const qsizetype slash = path.indexOf(u'/', cut);
    if (slash > 0 && slash < path.size() - 1) cut = slash;
    return kEllipsis + path.mid(cut);
}

} // namespace halftone
