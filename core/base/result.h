// Result<T>: a value or an Error; how every expected failure travels in Halftone.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace halftone {

// What the caller can do about it; app/ turns it into an exit status.
enum class ErrorCode {
    BadInput, // wrong option, name, budget or file content: change the input
    NotFound, // a file, layer, assignment or study entry that is not there
    Unsupported, // understood, but this program cannot do it
    Corrupt, // a file that is truncated or breaks its own format
    Infeasible, // no selection fits the budget
    Io, // reading or writing failed (disk full, no permission)
    Cancelled, // the person stopped it; never shown as a failure
    Failed, // the work itself failed (NaN, out of memory, broken invariant of a library)
};

// One sentence for the user: what failed, on what, and what to try.
struct Error {
    ErrorCode code = ErrorCode::Failed;
    std::string message;
    bool operator==(const Error&) const = default;
};

template <typename T> class [[nodiscard]] Result {
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() &
    {
        assert(ok());
        return std::get<0>(m_state);
    }
    const T& value() const&
    {
        assert(ok());
        return std::get<0>(m_state);
    }
    T&& value() &&
    {
        assert(ok());
        return std::get<0>(std::move(m_state));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const
    {
        assert(!ok());
        return std::get<1>(m_state);
    }

private:
    std::variant<T, Error> m_state;
};

struct Nothing {
    bool operator==(const Nothing&) const = default;
};

// A function that returns nothing but may fail. Success is `return Status{};`
class [[nodiscard]] Status : public Result<Nothing> {
public:
    Status()
        : Result(Nothing{})
    {
    }
    Status(Error error)
        : Result(std::move(error))
    {
    }
};

} // namespace halftone

#define HALFTONE_JOIN_INNER(a, b) a##b
#define HALFTONE_JOIN(a, b) HALFTONE_JOIN_INNER(a, b)
// HALFTONE_TRY(auto x, f()); declares x from f()'s value, or returns f()'s error from the enclosing function.
#define HALFTONE_TRY(declaration, expression)                                                                                  \
    auto HALFTONE_JOIN(tried, __LINE__) = (expression);                                                                        \
    if (!HALFTONE_JOIN(tried, __LINE__).ok()) return HALFTONE_JOIN(tried, __LINE__).error();                                   \
    declaration = std::move(HALFTONE_JOIN(tried, __LINE__)).value()
// HALFTONE_CHECK(f()); returns f()'s error from the enclosing function, if any.
#define HALFTONE_CHECK(expression)                                                                                             \
    do {                                                                                                                       \
        auto checked = (expression);                                                                                           \
        if (!checked.ok()) return checked.error();                                                                             \
    } while (false)
